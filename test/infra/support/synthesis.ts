import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { App, Stack } from 'aws-cdk-lib/core';
import { inject } from 'vitest';
import { FUNCTION_NAMES } from '../../../infra/endpoints.ts';
import { senseiKeys } from '../../../infra/sensei-keys.ts';

/** A template, as CloudFormation is given it. */
export interface Synthesized {
  readonly resources: Readonly<Record<string, Resource>>;
  readonly outputs: Readonly<Record<string, { readonly Value: unknown }>>;
}

export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: properties differ by type; assertions tell what they must be.
  readonly Properties: any;
  readonly DeletionPolicy?: string;
}

/** Files of one process share it, as they share this module. */
const directory = mkdtempSync(path.join(inject('scratch'), 'infra-'));

/** Bundles that hold next to nothing: what is in them is no concern of the template. */
const bundles = path.join(directory, 'bundles');
for (const name of FUNCTION_NAMES) {
  mkdirSync(path.join(bundles, name), { recursive: true });
  writeFileSync(path.join(bundles, name, 'index.mjs'), `export const handler = async () => '${name}';\n`);
}

/** A built page, of next to nothing. */
const PAGE = fileURLToPath(new URL('../../support/page', import.meta.url));

/** Assets are megabytes, and no concern of the template; nor is where in the code a resource was made. */
const TEMPLATE_ALONE = { 'aws:cdk:disable-asset-staging': true, 'aws:cdk:disable-creation-stack-traces': true };

/** The app with its one stack, not synthesized yet. */
export function makeApp(context: Record<string, unknown> = {}): { app: App; stack: Stack } {
  const outdir = mkdtempSync(path.join(directory, 'out-'));
  const app = senseiKeys({ bundles, site: PAGE, outdir, context: { ...TEMPLATE_ALONE, ...context } });
  return { app, stack: app.node.findChild('SenseiKeys') as Stack };
}

/** Synthesizes an app and reads the template of one of its stacks. That CloudFormation takes it, `nag.test.ts` tells. */
export function templateOf(app: App, stackName = 'SenseiKeys'): Synthesized {
  process.env[VALIDATION] = 'false';
  try {
    const { Resources = {}, Outputs = {} } = app.synth().getStackByName(stackName).template;
    return { resources: Resources, outputs: Outputs };
  } finally {
    delete process.env[VALIDATION];
  }
}

/** The CDK's variable for its rules of CloudFormation templates, which take longer than the rest of a synthesis. */
const VALIDATION = 'CDK_VALIDATION';

const templates = new Map<string, Synthesized>();

/** The service's template with settings that other files ask for too: it is synthesized once. */
export function templateWith(context: Record<string, unknown> = {}): Synthesized {
  const key = JSON.stringify(context);
  const template = templates.get(key) ?? templateOf(makeApp(context).app);
  templates.set(key, template);
  return template;
}

/** Every resource of a type. */
export const ofType = ({ resources }: Synthesized, type: string): Resource[] =>
  Object.values(resources).filter((resource) => resource.Type === type);

/** The resource that a `Ref` or `Fn::GetAtt` names. */
export function referred({ resources }: Synthesized, reference: unknown): Resource {
  const { Ref, 'Fn::GetAtt': attribute } = reference as { Ref?: string; 'Fn::GetAtt'?: string[] };
  const resource = resources[Ref ?? attribute?.[0] ?? ''];
  if (!resource) throw new Error(`${JSON.stringify(reference)} refers to no resource of the template`);
  return resource;
}

/** The functions of the service: not those of the CDK, which custom resources call while the stack is deployed. */
export function serviceFunctions(template: Synthesized): Resource[] {
  const tokens = Object.values(template.resources).flatMap(({ Properties }) => Properties?.ServiceToken ?? []);
  const deploying = new Set(tokens.map((token: unknown) => referred(template, token)));
  return ofType(template, 'AWS::Lambda::Function').filter((lambda) => !deploying.has(lambda));
}

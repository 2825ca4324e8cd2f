import { readFileSync } from 'node:fs';
import { App, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import { readSettings } from './settings.ts';
import { SenseiKeysStack } from './stack.ts';

/** How an app is made. */
export interface SenseiKeysProps {
  /** Where the functions' bundles are. */
  readonly bundles: string;
  /** Where the built dashboard is. @default - none is deployed */
  readonly site?: string | undefined;
  /** Where the template goes. @default - `CDK_OUTDIR`, else `cdk.out` */
  readonly outdir?: string;
  /** Context over that of `cdk.json`, such as `{ stage: 'prod' }`. @default - none */
  readonly context?: Readonly<Record<string, unknown>>;
}

/** What CloudFormation would refuse fails synthesis, instead of being warned of. */
const VALIDATE = '@aws-cdk/core:validateAgainstDefaultRules';

/** The CDK app: one stage of the service, with cdk-nag's AWS Solutions rules, of which none may be left unexplained. */
export function senseiKeys({ bundles, site, outdir, context }: SenseiKeysProps): App {
  const app = new App({
    outdir: outdir ?? process.env.CDK_OUTDIR ?? 'cdk.out',
    analyticsReporting: false,
    // The CDK's command line passes the file's context on; without it the file is read all the same.
    context: cdkJson().context,
    postCliContext: { [VALIDATE]: true, ...context },
  });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const settings = readSettings(app.node);
  new SenseiKeysStack(app, 'SenseiKeys', {
    settings,
    bundles,
    site,
    description: `API keys, limits and usage for the Sensei Store API (${settings.stage})`,
  });
  return app;
}

const cdkJson = (): { context: Record<string, unknown> } =>
  JSON.parse(readFileSync(new URL('../cdk.json', import.meta.url), 'utf8'));

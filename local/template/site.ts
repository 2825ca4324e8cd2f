import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runInNewContext } from 'node:vm';
import { type References, type Resource, resolve } from '../intrinsics.ts';
import type { LocalSite, SiteFile } from '../model.ts';
import type { Properties } from './references.ts';

interface Template {
  readonly Resources: Record<string, Resource>;
  readonly Outputs?: Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: unknown } }>;
}

/** The template of the dashboard's stack. */
export const SITE_TEMPLATE = 'SenseiKeysSite.template.json';

/** How the site's template is answered: what it imports, the other stack exports. */
function importing(service: Template, references: References): References {
  return {
    ref: (name) => references.ref(name),
    attribute: (resource, attribute) => `${resource}.${attribute}`,
    imported: (name) => {
      const output = Object.values(service.Outputs ?? {}).find(({ Export }) => Export?.Name === name);
      if (!output) throw new Error(`the dashboard's template imports ${name}, which no stack exports`);
      return String(resolve(output.Value, references));
    },
  };
}

const propertiesOf = ({ Resources }: Template, type: string): Properties[] =>
  Object.values(Resources)
    .filter((resource) => resource.Type === type)
    .map(({ Properties = {} }) => Properties as Properties);

/** The headers of a response headers policy. HSTS is none for a machine that has no TLS. */
function headersOf(template: Template, references: References): Record<string, string> {
  const [policy] = propertiesOf(template, 'AWS::CloudFront::ResponseHeadersPolicy');
  const config = resolve(policy?.ResponseHeadersPolicyConfig ?? {}, references) as {
    SecurityHeadersConfig?: {
      ContentSecurityPolicy?: { ContentSecurityPolicy: string };
      ReferrerPolicy?: { ReferrerPolicy: string };
      FrameOptions?: { FrameOption: string };
    };
    CustomHeadersConfig?: { Items: { Header: string; Value: string }[] };
  };
  const { ContentSecurityPolicy, ReferrerPolicy, FrameOptions } = config.SecurityHeadersConfig ?? {};
  return {
    'x-content-type-options': 'nosniff',
    ...(ContentSecurityPolicy && { 'content-security-policy': ContentSecurityPolicy.ContentSecurityPolicy }),
    ...(ReferrerPolicy && { 'referrer-policy': ReferrerPolicy.ReferrerPolicy }),
    ...(FrameOptions && { 'x-frame-options': FrameOptions.FrameOption }),
    ...Object.fromEntries((config.CustomHeadersConfig?.Items ?? []).map(({ Header, Value }) => [Header, Value])),
  };
}

/** The code of the function that CloudFront asks before the bucket. */
function rewriteOf(template: Template): (uri: string) => string {
  const [code] = propertiesOf(template, 'AWS::CloudFront::Function');
  const context = { handler: (event: { request: { uri: string } }) => event.request };
  if (code) runInNewContext(String(code.FunctionCode), context);
  return (uri) => context.handler({ request: { uri } }).uri;
}

/** The files of one deployment to the bucket, with what is known only when it is deployed put in. */
function filesOf(deployment: Properties, directory: string, references: References): SiteFile[] {
  const { DestinationBucketKeyPrefix: prefix = '', SystemMetadata, SourceObjectKeys, SourceMarkers } = deployment;
  const cacheControl = (SystemMetadata as Record<string, string> | undefined)?.['cache-control'] ?? '';
  return (SourceObjectKeys as string[]).flatMap((key, index) => {
    const source = path.join(directory, `asset.${path.basename(key, '.zip')}`);
    const markers = Object.entries((SourceMarkers as Record<string, unknown>[] | undefined)?.[index] ?? {});
    const names = globSync('**', { cwd: source, withFileTypes: true }).filter((file) => file.isFile());
    return names.map((file) => {
      const name = path.join(file.parentPath, file.name);
      let content = readFileSync(name);
      for (const [marker, value] of markers) {
        content = Buffer.from(content.toString('utf8').replaceAll(marker, String(resolve(value, references))));
      }
      return { path: path.posix.join('/', String(prefix), path.relative(source, name)), content, cacheControl };
    });
  });
}

/**
 * Reads the dashboard of a cloud assembly: its files as they would be in the bucket, the headers that they are served with,
 * and how paths are rewritten.
 *
 * @returns `undefined` if the assembly has none.
 */
export function readSite(directory: string, service: Template, references: References): LocalSite | undefined {
  const file = path.join(directory, SITE_TEMPLATE);
  if (!existsSync(file)) return undefined;
  const template: Template = JSON.parse(readFileSync(file, 'utf8'));
  const imports = importing(service, references);
  const files = propertiesOf(template, 'Custom::CDKBucketDeployment').flatMap((it) => filesOf(it, directory, imports));
  return {
    files: new Map(files.map((one) => [one.path, one])),
    headers: headersOf(template, imports),
    rewrite: rewriteOf(template),
  };
}

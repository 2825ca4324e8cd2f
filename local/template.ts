import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Resource, resolve } from './intrinsics.ts';
import type { LocalStack, LocalTable, LocalUserPool } from './model.ts';
import { readApi } from './template/api.ts';
import { readFunctions, readPipes, readRules, readSchedules, readSubscriptions } from './template/functions.ts';
import { atHome, hostsOf } from './template/hosts.ts';
import { type OfType, type Place, type Properties, type Resolved, referencesTo } from './template/references.ts';
import { readSite } from './template/site.ts';

/**
 * Reads a cloud assembly and resolves what the local runtime plays of it.
 *
 * @param directory output of `cdk synth`.
 * @throws Error that names what the template holds and the local runtime does not play.
 */
export function readStack(directory: string, place: Place): LocalStack {
  const template = readTemplate(directory);
  const references = referencesTo(template.Resources, place);
  const hosts = hostsOf(template.Resources, place);
  const deploying = calledByDeployments(template.Resources);
  const ofType: OfType = (type) =>
    Object.entries(template.Resources)
      .filter(([id, resource]) => resource.Type === type && !deploying.has(id))
      .map(([id, { Properties = {} }]) => ({
        id,
        properties: atHome(resolve(Properties, references), hosts) as Properties,
      }));
  return {
    functions: readFunctions(ofType, directory),
    subscriptions: readSubscriptions(ofType),
    schedules: readSchedules(ofType),
    rules: readRules(ofType),
    pipes: readPipes(ofType),
    api: readApi(ofType, place),
    tables: ofType('AWS::DynamoDB::Table').map(readTable),
    userPools: ofType('AWS::Cognito::UserPool').map(({ id }) => readUserPool(id, ofType)),
    site: readSite(ofType, directory, hosts),
  };
}

/** The template of the one stack in a cloud assembly. */
export function readTemplate(directory: string): { Resources: Record<string, Resource> } {
  const json = (file: string) => JSON.parse(readFileSync(path.join(directory, file), 'utf8'));
  const artifacts = Object.values(json('manifest.json').artifacts) as Record<string, never>[];
  const stacks = artifacts.filter(({ type }) => type === 'aws:cloudformation:stack');
  if (stacks.length !== 1) throw new Error(`expected one stack in the cloud assembly, found ${stacks.length}`);
  return json((stacks[0] as { properties?: { templateFile: string } }).properties?.templateFile ?? '');
}

/** The functions behind custom resources: they do what a deployment does, and here nothing is deployed. */
function calledByDeployments(resources: Readonly<Record<string, Resource>>): ReadonlySet<string> {
  const tokens = Object.values(resources).map(({ Properties }) => Properties?.ServiceToken);
  return new Set(
    tokens.flatMap((token) => (token as { 'Fn::GetAtt'?: string[] } | undefined)?.['Fn::GetAtt']?.[0] ?? []),
  );
}

function readTable({ id, properties }: Resolved): LocalTable {
  const timeToLive = properties.TimeToLiveSpecification as { AttributeName: string; Enabled: boolean } | undefined;
  const stream = properties.StreamSpecification as { StreamViewType: LocalTable['streamViewType'] } | undefined;
  return {
    name: (properties.TableName as string | undefined) ?? id,
    keySchema: properties.KeySchema as LocalTable['keySchema'],
    attributeDefinitions: properties.AttributeDefinitions as LocalTable['attributeDefinitions'],
    globalSecondaryIndexes: (properties.GlobalSecondaryIndexes ?? []) as LocalTable['globalSecondaryIndexes'],
    ...(timeToLive?.Enabled && { timeToLiveAttribute: timeToLive.AttributeName }),
    ...(stream?.StreamViewType && { streamViewType: stream.StreamViewType }),
  };
}

const readUserPool = (logicalId: string, ofType: OfType): LocalUserPool => ({
  logicalId,
  clients: ofType('AWS::Cognito::UserPoolClient')
    .filter(({ properties }) => properties.UserPoolId === logicalId)
    .map(({ id, properties }) => ({
      clientId: id,
      callbackUrls: (properties.CallbackURLs ?? []) as string[],
      logoutUrls: (properties.LogoutURLs ?? []) as string[],
      scopes: (properties.AllowedOAuthScopes ?? []) as string[],
    })),
});

import type { References, Resource } from '../intrinsics.ts';
import { distributionHost } from './hosts.ts';

/** Where the stack pretends to be. */
export interface Place {
  readonly region: string;
  readonly accountId: string;
  /** Issuer of a user pool that the stack makes. */
  readonly issuer: string;
}

/** Properties of a resource, with every reference resolved. */
export type Properties = Record<string, unknown>;

export interface Resolved {
  readonly id: string;
  readonly properties: Properties;
}

/** The resources of a template, by type. */
export type OfType = (type: string) => Resolved[];

/** The id of the one API. */
export const API_ID = 'local';

/** What `Ref` gives of a resource, where that is not its logical id. */
const REF: Readonly<Record<string, (properties: Properties) => unknown>> = {
  'AWS::DynamoDB::Table': ({ TableName }) => TableName,
  'AWS::Lambda::Function': ({ FunctionName }) => FunctionName,
  'AWS::ApiGatewayV2::Api': () => API_ID,
  'AWS::Logs::LogGroup': ({ LogGroupName }) => LogGroupName,
  'AWS::SQS::Queue': ({ QueueName }) => QueueName,
  'AWS::Events::EventBus': ({ Name }) => Name,
};

/** How a template's references are answered. */
export function referencesTo(resources: Record<string, Resource>, { region, accountId, issuer }: Place): References {
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::Region': region,
    'AWS::AccountId': accountId,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': 'local',
  };
  const resourceOf = (id: string): Resource => {
    const resource = resources[id];
    if (!resource) throw new Error(`the template refers to ${id}, which it does not hold`);
    return resource;
  };
  const ref = (name: string): string => {
    if (pseudo[name] !== undefined) return pseudo[name];
    const { Type, Properties = {} } = resourceOf(name);
    return String(REF[Type]?.(Properties) ?? name);
  };
  const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${accountId}:${resource}`;
  const attributes: Readonly<Record<string, (id: string) => string>> = {
    'AWS::Lambda::Function.Arn': (id) => arn('lambda', `function:${ref(id)}`),
    'AWS::Logs::LogGroup.Arn': (id) => arn('logs', `log-group:${ref(id)}:*`),
    'AWS::SQS::Queue.Arn': (id) => arn('sqs', ref(id)),
    'AWS::DynamoDB::Table.Arn': (id) => arn('dynamodb', `table/${ref(id)}`),
    'AWS::DynamoDB::Table.StreamArn': (id) => arn('dynamodb', `table/${ref(id)}/stream/local`),
    'AWS::Events::EventBus.Arn': (id) => arn('events', `event-bus/${ref(id)}`),
    'AWS::IAM::Role.Arn': (id) => `arn:aws:iam::${accountId}:role/${id}`,
    'AWS::Cognito::UserPool.ProviderURL': () => issuer,
    'AWS::CloudFront::Distribution.DomainName': distributionHost,
    'AWS::CloudFront::Function.FunctionARN': (id) => `arn:aws:cloudfront::${accountId}:function/${id}`,
    'AWS::CloudFront::OriginAccessControl.Id': (id) => id,
    'AWS::S3::Bucket.RegionalDomainName': (id) => `${id.toLowerCase()}.s3.${region}.amazonaws.com`,
  };
  return {
    ref,
    attribute: (id, attribute) => {
      const name = `${resourceOf(id).Type}.${attribute}`;
      const read = attributes[name];
      if (!read) throw new Error(`the template reads ${name}; played here are ${Object.keys(attributes).join(', ')}`);
      return read(id);
    },
  };
}

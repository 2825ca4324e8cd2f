import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Duration, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { ENV, type EnvName } from '../lib/env.ts';
import { removalOf } from './removal.ts';
import type { Settings } from './settings.ts';
import { grant, type TableGrants } from './table-grants.ts';
import type { Tables } from './tables.ts';

/** What all functions of the service share. */
export interface ServiceContext {
  readonly settings: Settings;
  readonly tables: Tables;
  /** Where the bundles are: `<bundles>/<name>/index.mjs`. */
  readonly bundles: string;
}

/** One function of the service. */
export interface ServiceFunctionProps {
  /** Name of its source in `functions/`. */
  readonly name: string;
  readonly grants: TableGrants;
  /** Variables beside the names of the tables. @default - none */
  readonly environment?: Partial<Record<EnvName, string>>;
  /** @default 10 s */
  readonly timeout?: Duration;
  /** In MB; the processor's share grows with it. @default 512 */
  readonly memorySize?: number;
  /** Some of its log lines are data, so those of level INFO are logged whatever the stage's level. @default false */
  readonly logsUsage?: boolean;
  /** Some of its log lines are metrics, which Lambda takes for lines of level INFO: as with `logsUsage`. @default false */
  readonly logsMetrics?: boolean;
}

/** What descriptions of functions begin with: by it a deployment tells its version. */
const SERVICE = 'Sensei Keys';

const VERSION: string = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;

const GRANTABLE = ['userPreferences', 'apiKeys', 'apiEvents', 'apiUsage'] as const satisfies (keyof TableGrants)[];

/** A Lambda function with a role and a log group of its own, which reaches no table it was not granted. */
export class ServiceFunction extends Construct {
  /** Name of its source in `functions/`. */
  readonly name: string;
  readonly function: LambdaFunction;
  readonly logGroup: LogGroup;

  constructor(
    scope: Construct,
    id: string,
    { settings, tables, bundles, ...props }: ServiceContext & ServiceFunctionProps,
  ) {
    super(scope, id);
    this.name = props.name;

    const functionName = `sensei-keys-${props.name}`;
    this.logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: settings.logRetentionDays,
      removalPolicy: removalOf(settings),
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.logGroup.grantWrite(role);

    const logsData = props.logsUsage || props.logsMetrics;
    const granted = GRANTABLE.filter((table) => props.grants[table] !== undefined);
    this.function = new LambdaFunction(this, 'Function', {
      functionName,
      description: `${SERVICE} ${VERSION}: ${props.name}`,
      role,
      logGroup: this.logGroup,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(path.join(bundles, props.name)),
      timeout: props.timeout ?? Duration.seconds(10),
      memorySize: props.memorySize ?? 512,
      ...(settings.monitoring?.tracing === 'xray' && { tracing: Tracing.ACTIVE }),
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel[logsData ? atLeastInfo(settings.logLevel) : settings.logLevel],
      environment: {
        ...(granted.length > 0 && tableVariables(tables)),
        ...planVariables(settings),
        ...named(props.environment ?? {}),
      },
    });
    if (settings.monitoring?.tracing === 'xray') explainTracing(role);
    for (const table of granted) grant(tables[table], role, props.grants[table] ?? []);
  }
}

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html */
const explainTracing = (role: Role): void =>
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'X-Ray takes traces of no resource: its actions know none.',
  });

const atLeastInfo = (level: Settings['logLevel']): Settings['logLevel'] => (level === 'DEBUG' ? level : 'INFO');

/** All of them: the handlers know their database whole, and it is the grants that keep a table out of reach. */
const tableNames = ({ userPreferences, apiKeys, apiEvents, apiUsage }: Tables): Partial<Record<EnvName, string>> => ({
  userPreferencesTable: userPreferences.tableName,
  apiKeysTable: apiKeys.tableName,
  apiEventsTable: apiEvents.tableName,
  apiUsageTable: apiUsage.tableName,
});

/** Readable names become the variables that the handlers read. */
const named = (values: Partial<Record<EnvName, string>>): Record<string, string> =>
  Object.fromEntries((Object.entries(values) as [EnvName, string][]).map(([name, value]) => [ENV[name], value]));

/** Plans are told only where they are not those shipped. */
const planVariables = ({ plans }: Settings): Record<string, string> =>
  plans ? named({ plans: JSON.stringify(plans) }) : {};

/** The variables by which a function finds the tables. */
export const tableVariables = (tables: Tables): Record<string, string> => named(tableNames(tables));

import { userInfo } from 'node:os';
import { type Command, InvalidArgumentError } from 'commander';
import { ulid } from 'ulid';
import type { Actor } from '../../lib/events/event.ts';
import { documentClient, OPERATOR } from '../../lib/store/client.ts';
import { type Database, TABLES } from '../../lib/store/database.ts';
import { DEFAULT_STAGE, plansOf, stageNamed } from './stage.ts';
import { WrongUse } from './wrong-use.ts';

/** Where DynamoDB answers on this machine, as `npm start` prints it. */
const LOCAL_ENDPOINT = 'http://127.0.0.1:8000';
const LOCAL = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };

/** Options of every command. */
export interface ConnectionOptions {
  readonly endpoint?: string;
  readonly stage?: string;
  readonly profile?: string;
  readonly region?: string;
  readonly json?: boolean;
}

/** The service as a command finds it. */
export interface Service {
  readonly db: Database;
  /** The deployed stage; absent where it is an engine on this machine. */
  readonly stage: string | undefined;
  readonly region: string;
  /** Print JSON, for programs. */
  readonly json: boolean;
  /** Who runs the command, for the audit log. */
  actor(): Promise<Actor>;
}

function url(text: string): string {
  if (URL.canParse(text)) return text;
  throw new InvalidArgumentError(`Allowed is a URL such as ${LOCAL_ENDPOINT}.`);
}

/** Gives a program the options that say which service is meant. */
export const connectionOptions = (program: Command): Command =>
  program
    .option(
      '--endpoint <url>',
      `a DynamoDB engine on this machine (default: that of npm start, ${LOCAL_ENDPOINT})`,
      url,
    )
    .option('--stage <name>', 'a deployed stage of cdk.json, by the AWS credentials of this terminal', stageNamed)
    .option('--profile <name>', 'the AWS profile (default: AWS_PROFILE)')
    .option('--region <name>', 'the AWS region (default: AWS_REGION)')
    .option('--json', 'print JSON');

/**
 * Finds the service that a command line means.
 *
 * @throws WrongUse if it means two, or a stage without a region.
 */
export function connect({ endpoint, stage, profile, region, json = false }: ConnectionOptions): Service {
  if (stage !== undefined && endpoint !== undefined)
    throw new WrongUse('--stage and --endpoint name two services: give one');
  if (stage === undefined && (profile ?? region) !== undefined)
    throw new WrongUse('--profile and --region go with --stage');
  if (profile !== undefined) process.env.AWS_PROFILE = profile;
  if (stage === undefined) Object.assign(process.env, LOCAL);
  const AWS_REGION = region ?? process.env.AWS_REGION;
  if (!AWS_REGION) throw new WrongUse('--stage needs a region: give --region, or set AWS_REGION');
  // On a stage the SDK's own variable holds: a private endpoint of the network, for one.
  const AWS_ENDPOINT_URL_DYNAMODB =
    stage === undefined ? (endpoint ?? LOCAL_ENDPOINT) : process.env.AWS_ENDPOINT_URL_DYNAMODB;
  return {
    db: {
      client: documentClient({ AWS_REGION, AWS_ENDPOINT_URL_DYNAMODB }, OPERATOR),
      tables: TABLES,
      plans: plansOf(stage ?? DEFAULT_STAGE),
    },
    stage,
    region: AWS_REGION,
    json,
    actor: async () => ({
      email: stage === undefined ? userInfo().username : await callerArn(AWS_REGION),
      ip: '',
      userAgent: 'npm run keys',
      requestId: ulid(),
    }),
  };
}

/** Who the AWS credentials are. */
async function callerArn(region: string): Promise<string> {
  const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts');
  const { Arn = '' } = await new STSClient({ region }).send(new GetCallerIdentityCommand({}));
  return Arn;
}

/** Makes the action of a command that works on the service. Its arguments, then its own options. */
export const onService =
  <Given extends unknown[]>(act: (service: Service, ...given: Given) => Promise<void>) =>
  async (...given: unknown[]): Promise<void> => {
    const command = given.pop() as Command;
    const service = connect(command.optsWithGlobals<ConnectionOptions>());
    try {
      await act(service, ...(given as Given));
    } catch (error) {
      throw explained(error, service);
    } finally {
      service.db.client.destroy();
    }
  };

function explained(error: unknown, { stage }: Service): unknown {
  const { code, name } = error as NodeJS.ErrnoException;
  if (name === 'ResourceNotFoundException') {
    return new Error('a table is not there; npm run keys -- doctor tells what is missing', { cause: error });
  }
  if (code !== 'ECONNREFUSED' && name !== 'TimeoutError') return error;
  const where =
    stage === undefined
      ? 'on this machine; start it by npm start, or give the address it prints by --endpoint'
      : `of stage ${stage}`;
  return new Error(`no DynamoDB answers ${where}`, { cause: error });
}

import type { RequestListener } from 'node:http';
import { createGateway } from './gateway/gateway.ts';
import { listen } from './gateway/listen.ts';
import { IDENTITY_PATH } from './identity/grant.ts';
import { identityProvider } from './identity/provider.ts';
import { signingKey } from './identity/signing-key.ts';
import { createLambdaRuntime, type LambdaRuntime } from './lambda/runtime.ts';
import type { LocalStack } from './model.ts';
import { makeTables } from './tables.ts';
import { readStack } from './template.ts';

const REGION = 'us-east-1';
const ACCOUNT = '000000000000';

export interface InstanceOptions {
  /** Port of the gateway on 127.0.0.1; 0 takes a free one. */
  readonly port: number;
  /** Synthesizes the stack and starts an engine. It is called once the port is taken. */
  readonly prepare: () => Promise<Prepared>;
  /** Where the identity provider keeps its signing key. @default - in memory */
  readonly dataDirectory?: string | undefined;
  /** Log level of the functions. @default - the template's */
  readonly logLevel?: string | undefined;
  /** Takes each line that a function logs. */
  readonly onLog?: (line: string) => void;
  /** Takes each line of the access log. */
  readonly onAccessLog?: (line: string) => void;
}

export interface Prepared {
  /** The directory of the synthesized stack. */
  readonly assembly: string;
  /** Where the DynamoDB engine answers. */
  readonly endpoint: string;
}

/** The stack, running on this machine. */
export interface Instance {
  readonly url: string;
  readonly issuer: string;
  readonly stack: LocalStack;
  readonly lambda: LambdaRuntime;
  close(): Promise<void>;
}

const notYet: RequestListener = (_, response) => response.writeHead(503, { 'retry-after': '1' }).end();

/**
 * Serves a synthesized stack: its routes, authorizers, functions, tables and user pool.
 *
 * @throws the error of `node:net` if the port is taken, before anything else is started.
 */
export async function startInstance(options: InstanceOptions): Promise<Instance> {
  let listener = notYet;
  const server = await listen((request, response) => listener(request, response), options.port);
  try {
    const issuer = server.url + IDENTITY_PATH;
    const [{ assembly, endpoint }, key] = await Promise.all([options.prepare(), signingKey(options.dataDirectory)]);
    const stack = readStack(assembly, { region: REGION, accountId: ACCOUNT, issuer });
    await makeTables(endpoint, stack.tables);
    const lambda = createLambdaRuntime(stack.functions, {
      region: REGION,
      accountId: ACCOUNT,
      environment: {
        AWS_ENDPOINT_URL_DYNAMODB: endpoint,
        ...(options.logLevel && { AWS_LAMBDA_LOG_LEVEL: options.logLevel }),
      },
      ...(options.onLog && { onLog: options.onLog }),
    });
    const gateway = createGateway({
      api: stack.api,
      invoke: lambda.invoke,
      ...(options.onAccessLog && { onAccessLog: options.onAccessLog }),
    });
    const [pool] = stack.userPools;
    const identity = pool && identityProvider(issuer, pool, key);
    listener = (request, response) => {
      if (identity && request.url?.startsWith(`${IDENTITY_PATH}/`)) identity(request, response);
      else gateway(request, response);
    };
    const close = async () => {
      await server.close();
      await lambda.close();
    };
    return { url: server.url, issuer, stack, lambda, close };
  } catch (error) {
    await server.close();
    throw error;
  }
}

import type { RequestListener } from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { matchesPattern } from './events/pattern.ts';
import { type BusEvent, startPipes } from './events/pipes.ts';
import { createTail, EVENTS_PATH } from './events/tail.ts';
import { createGateway } from './gateway/gateway.ts';
import { listen } from './gateway/listen.ts';
import { IDENTITY_PATH } from './identity/grant.ts';
import { identityProvider } from './identity/provider.ts';
import { signingKey } from './identity/signing-key.ts';
import { createAsyncInvoke, type DeadLetter } from './lambda/async-invoke.ts';
import type { LogLevel } from './lambda/messages.ts';
import { createLambdaRuntime, type LambdaRuntime } from './lambda/runtime.ts';
import { startSchedules } from './lambda/schedules.ts';
import { LOGS_PATH, logIntake } from './logs/intake.ts';
import { createSubscriptions } from './logs/subscriptions.ts';
import { isToLoopback } from './loopback.ts';
import type { LocalStack } from './model.ts';
import { startLocalPayments } from './payments/local-payments.ts';
import type { Payments } from './payments/server.ts';
import { openSite } from './site/site.ts';
import { COMPILED } from './synth.ts';
import { makeTables } from './tables.ts';
import { readStack } from './template.ts';

const ACCOUNT = '000000000000';
const PLACE = { region: 'us-east-1', accountId: ACCOUNT };
/** Time that deliveries under way are given at the end. */
const DELIVERY_MS = 5_000;

export interface InstanceOptions {
  /** Port of the gateway on 127.0.0.1; 0 takes a free one. */
  readonly port: number;
  /** Synthesizes the stack and starts an engine. It is called once the port is taken. */
  readonly prepare: () => Promise<Prepared>;
  /** Where the identity provider keeps its signing key. @default - in memory */
  readonly dataDirectory?: string | undefined;
  /** Plays a payment provider, for a stack that sells credits. @default false */
  readonly payments?: boolean | undefined;
  /** Log level of the functions. @default - the template's */
  readonly logLevel?: string | undefined;
  /** Takes each line that a function logs. */
  readonly onLog?: (line: string, level: LogLevel) => void;
  /** Takes each line of the access log. */
  readonly onAccessLog?: (line: string) => void;
  /** Takes each event of the bus. */
  readonly onEvent?: (event: BusEvent) => void;
  /** Takes what a function could not be given, after all retries. @default - it is dropped */
  readonly onDeadLetter?: (letter: DeadLetter) => void;
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
  /** The payment provider that is played, if one is. */
  readonly payments: Payments | undefined;
  /** Stops taking requests, delivers what is logged, and ends. */
  close(): Promise<void>;
}

const notYet: RequestListener = (_, response) => response.writeHead(503, { 'retry-after': '1' }).end();

/** What AWS has no part of: it trusts whoever is on this machine, and so nobody else may come by. */
const isOwn = (url = ''): boolean => url === EVENTS_PATH || url === LOGS_PATH || url.startsWith(`${IDENTITY_PATH}/`);

/**
 * Serves a synthesized stack: its routes, authorizers, functions, tables and user pool.
 *
 * @throws the error of `node:net` if the port is taken, before anything else is started.
 */
export async function startInstance(options: InstanceOptions): Promise<Instance> {
  let listener = notYet;
  const server = await listen((request, response) => listener(request, response), options.port);
  let payments: Awaited<ReturnType<typeof startLocalPayments>> | undefined;
  try {
    payments = options.payments ? await startLocalPayments(server.url) : undefined;
    const issuer = server.url + IDENTITY_PATH;
    const [{ assembly, endpoint }, key] = await Promise.all([options.prepare(), signingKey(options.dataDirectory)]);
    const stack = readStack(assembly, { ...PLACE, issuer });
    await makeTables(endpoint, stack.tables);
    const logGroups = new Map(stack.functions.map((fn) => [fn.name, fn.logGroup]));
    const lambda = createLambdaRuntime(stack.functions, {
      ...PLACE,
      compileCache: path.join(assembly, COMPILED),
      environment: {
        AWS_ENDPOINT_URL_DYNAMODB: endpoint,
        ...payments?.environment,
        ...(options.logLevel && { AWS_LAMBDA_LOG_LEVEL: options.logLevel }),
      },
      onLog: (line, functionName, level) => {
        options.onLog?.(line, level);
        subscriptions.write(logGroups.get(functionName) ?? '', line);
      },
    });
    const { deliver, settled } = createAsyncInvoke({
      functions: stack.functions,
      invoke: lambda.invoke,
      place: PLACE,
      onDeadLetter: (letter) => options.onDeadLetter?.(letter),
    });
    const subscriptions = createSubscriptions({ subscriptions: stack.subscriptions, accountId: ACCOUNT, deliver });
    const stopSchedules = startSchedules({ schedules: stack.schedules, place: PLACE, deliver });
    const gateway = createGateway({
      api: stack.api,
      invoke: lambda.invoke,
      onAccessLog: (line, logGroup) => {
        options.onAccessLog?.(line);
        subscriptions.write(logGroup, line);
      },
    });
    const tail = createTail();
    const stopPipes = await startPipes({
      pipes: stack.pipes,
      endpoint,
      invoke: lambda.invoke,
      place: PLACE,
      onDeadLetter: (letter) => options.onDeadLetter?.(letter),
      onEvent: (event) => {
        options.onEvent?.(event);
        tail.publish(event);
        for (const { pattern, functionName } of stack.rules) {
          if (matchesPattern(pattern, event)) void deliver(functionName, event);
        }
      },
      onError: (error) => options.onLog?.(String(error), 'ERROR'),
    });
    const intake = logIntake(stack.api, subscriptions);
    const [pool] = stack.userPools;
    const identity = pool && identityProvider(issuer, pool, key);
    const site = stack.site && openSite(stack.site, stack.api.routes);
    listener = (request, response) => {
      if (isOwn(request.url) && !isToLoopback(request.headers.host)) response.writeHead(421).end();
      else if (request.url === EVENTS_PATH) tail.listener(request, response);
      else if (request.url === LOGS_PATH) intake(request, response);
      else if (identity && request.url?.startsWith(`${IDENTITY_PATH}/`)) identity(request, response);
      else if (site?.takes(request)) site.listener(request, response);
      else gateway(request, response);
    };
    const close = async () => {
      stopSchedules();
      tail.close();
      await server.close();
      const late = sleep(DELIVERY_MS, undefined, { ref: false });
      await Promise.race([subscriptions.settled(), late]);
      await stopPipes();
      await Promise.race([settled(), late]);
      await lambda.close();
      await site?.close();
      await payments?.payments.close();
    };
    return { url: server.url, issuer, stack, lambda, payments: payments?.payments, close };
  } catch (error) {
    await payments?.payments.close();
    await server.close();
    throw error;
  }
}

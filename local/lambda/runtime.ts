import { randomUUID } from 'node:crypto';
import type { LocalFunction } from '../model.ts';
import type { LogLevel } from './messages.ts';
import { createPool, type Job, type Pool } from './pool.ts';
import { type RunResult, startContainer } from './worker.ts';

/** Lambda's limit of a synchronous request, in bytes of JSON. */
export const MAX_REQUEST_BYTES = 6 * 1024 * 1024;

/**
 * What came of one invocation: the JSON text that the handler returned, the function's failure, or Lambda's own refusal.
 * `TimedOut` says that the caller stopped waiting; the function itself may still run on.
 */
export type InvokeResult = RunResult | { readonly invokeError: 'RequestTooLarge' | 'TimedOut' };

export type Invoke = (
  functionName: string,
  event: unknown,
  limits?: { readonly timeoutMs?: number },
) => Promise<InvokeResult>;

export interface LambdaOptions {
  readonly region: string;
  readonly accountId: string;
  /** Variables for every function, such as `AWS_ENDPOINT_URL_DYNAMODB`. They win over the function's own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Most containers a function. @default 4 */
  readonly maxContainers?: number;
  /** Directory for compiled code, which makes containers start in half the time. @default - none is kept */
  readonly compileCache?: string;
  readonly onLog?: (line: string, functionName: string, level: LogLevel) => void;
}

export interface LambdaRuntime {
  /** @throws Error if there is no function of that name, or the runtime is closed. */
  readonly invoke: Invoke;
  /** How many events the function was given so far. */
  invocations(functionName: string): number;
  /** Terminates every container; what still waits is answered with a function error. */
  close(): Promise<void>;
}

/** Runs functions in worker threads, as Lambda runs them in containers. */
export function createLambdaRuntime(functions: readonly LocalFunction[], options: LambdaOptions): LambdaRuntime {
  const pools = new Map(functions.map((fn) => [fn.name, poolOf(fn, options)]));
  const counts = new Map(functions.map((fn) => [fn.name, 0]));
  let closed = false;

  return {
    invoke: async (functionName, event, limits = {}) => {
      if (closed) throw new Error(`cannot invoke ${functionName}: the function runtime is closed`);
      const pool = pools.get(functionName);
      if (!pool) throw new Error(`no function ${functionName}; there are ${[...pools.keys()].join(', ') || 'none'}`);
      const text = JSON.stringify(event) ?? 'null';
      if (Buffer.byteLength(text) > MAX_REQUEST_BYTES) return { invokeError: 'RequestTooLarge' };
      counts.set(functionName, (counts.get(functionName) ?? 0) + 1);
      return submit(pool, text, limits.timeoutMs);
    },
    invocations: (functionName) => counts.get(functionName) ?? 0,
    close: async () => {
      closed = true;
      await Promise.all([...pools.values()].map((pool) => pool.close()));
    },
  };
}

function submit(pool: Pool, event: string, timeoutMs: number | undefined): Promise<InvokeResult> {
  const { promise, resolve } = Promise.withResolvers<InvokeResult>();
  const job: Job = { event, requestId: randomUUID(), abandoned: false, resolve };
  pool.submit(job);
  if (timeoutMs === undefined) return promise;
  const timer = setTimeout(() => {
    job.abandoned = true;
    resolve({ invokeError: 'TimedOut' });
  }, timeoutMs);
  return promise.finally(() => clearTimeout(timer));
}

function poolOf(fn: LocalFunction, options: LambdaOptions): Pool {
  const settings = {
    functionName: fn.name,
    functionArn: `arn:aws:lambda:${options.region}:${options.accountId}:function:${fn.name}`,
    codeDirectory: fn.codeDirectory,
    handler: fn.handler,
    memoryMb: fn.memoryMb,
  };
  const environment = { ...reservedVariables(fn, options.region), ...fn.environment, ...options.environment };
  return createPool(options.maxContainers ?? 4, () =>
    startContainer({
      settings,
      environment,
      timeoutSeconds: fn.timeoutSeconds,
      compileCache: options.compileCache,
      onLog: (line, level) => options.onLog?.(line, fn.name, level),
    }),
  );
}

/** Source: Lambda developer guide, "Defined runtime environment variables". */
function reservedVariables(fn: LocalFunction, region: string): Record<string, string> {
  return {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    // It travels with every request to AWS, and tells there which function made it. Engines do not look at it, while some keep
    // tables apart by access key.
    AWS_SESSION_TOKEN: fn.name,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: fn.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_FORMAT: 'JSON',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${fn.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    LAMBDA_TASK_ROOT: fn.codeDirectory,
    _HANDLER: fn.handler,
  };
}

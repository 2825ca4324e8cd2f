/** What the host and a container say to each other. Events and results cross as JSON text, as over the Runtime API. */

export type LogLevel = 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL';

export const SEVERITY: Readonly<Record<LogLevel, number>> = {
  TRACE: 0,
  DEBUG: 1,
  INFO: 2,
  WARN: 3,
  ERROR: 4,
  FATAL: 5,
};

/** A failed invocation, in the shape the Lambda Runtime API takes. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

/** What a container is given when it starts. */
export interface ContainerSettings {
  readonly functionName: string;
  readonly functionArn: string;
  readonly codeDirectory: string;
  /** `file.export`. */
  readonly handler: string;
  readonly memoryMb: number;
}

/** Host to container: one event, with the deadline in epoch milliseconds. */
export interface Invocation {
  readonly requestId: string;
  readonly event: string;
  readonly deadline: number;
}

/** Container to host. */
export type ContainerMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'initError'; readonly error: FunctionError }
  | { readonly type: 'result'; readonly payload: string }
  | { readonly type: 'error'; readonly error: FunctionError }
  | { readonly type: 'log'; readonly level: LogLevel; readonly line: string };

/** The reverse of a thrown value, which need not be an `Error`. */
export function describeError(thrown: unknown, errorType?: string): FunctionError {
  if (thrown instanceof Error) {
    return {
      errorType: errorType ?? thrown.name,
      errorMessage: thrown.message,
      trace: typeof thrown.stack === 'string' ? thrown.stack.split('\n') : [],
    };
  }
  return { errorType: errorType ?? typeof thrown, errorMessage: String(thrown), trace: [] };
}

/** The variable by which Node.js keeps compiled code; a container takes it away before the function can see it. */
export const COMPILE_CACHE = 'NODE_COMPILE_CACHE';

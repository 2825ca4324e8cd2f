import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import {
  COMPILE_CACHE,
  type ContainerMessage,
  type ContainerSettings,
  describeError,
  type FunctionError,
  type Invocation,
  type LogLevel,
} from './messages.ts';

/** Lambda gives the initialisation of a function ten seconds, whatever the function's own time-out. */
const INIT_TIMEOUT_MS = 10_000;

export type RunResult = { readonly payload: string } | { readonly functionError: FunctionError };

export interface ContainerOptions {
  readonly settings: ContainerSettings;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  /** Where compiled code is kept for the containers that start after it. @default - it is compiled each time */
  readonly compileCache?: string | undefined;
  readonly onLog: (line: string, level: LogLevel) => void;
}

/** CloudWatch's Embedded Metric Format: on this machine nobody makes metrics of it, and it is for whoever debugs. */
const isMetrics = (line: string): boolean => line.startsWith('{"_aws":');

/** The host's side of one container. */
export interface Container {
  /** False once the container has crashed, timed out or failed to initialise; it then takes no event. */
  isAlive(): boolean;
  /** Runs one event; never called while another runs. */
  run(event: string, requestId: string): Promise<RunResult>;
  terminate(): Promise<unknown>;
}

/** Starts a worker thread that loads the function's bundle. It sees none of the host's environment. */
export function startContainer(options: ContainerOptions): Container {
  const { settings, environment, timeoutSeconds, compileCache, onLog } = options;
  const worker = new Worker(new URL('./container.ts', import.meta.url), {
    workerData: settings,
    env: { ...environment, ...(compileCache && { [COMPILE_CACHE]: compileCache }) },
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: settings.memoryMb },
  });
  const initialised = Promise.withResolvers<FunctionError | undefined>();
  let failure: FunctionError | undefined;
  let settle: ((result: RunResult) => void) | undefined;
  let requestId: string | undefined;

  const fail = (error: FunctionError): void => {
    if (failure) return;
    failure = error;
    initialised.resolve(error);
    settle?.({ functionError: error });
    void worker.terminate();
  };

  const receive = (message: ContainerMessage): void => {
    if (message.type === 'log') onLog(message.line, message.level);
    else if (message.type === 'ready') initialised.resolve(undefined);
    else if (message.type === 'initError') fail(message.error);
    else settle?.(message.type === 'result' ? { payload: message.payload } : { functionError: message.error });
  };

  const crash = (error: FunctionError): void => {
    if (!failure) onLog(errorLine(error, requestId), 'ERROR');
    fail(error);
  };

  worker.on('message', receive);
  worker.on('error', (error) => crash(describeError(error)));
  worker.on('exit', (code) =>
    crash({ errorType: 'Runtime.ExitError', errorMessage: `Runtime exited with exit status ${code}`, trace: [] }),
  );
  // What bypasses `console` reaches CloudWatch as written.
  createInterface({ input: worker.stdout }).on('line', (line) => onLog(line, isMetrics(line) ? 'DEBUG' : 'INFO'));
  createInterface({ input: worker.stderr }).on('line', (line) => onLog(line, 'ERROR'));

  const timeOutAfter = (milliseconds: number): NodeJS.Timeout =>
    setTimeout(() => {
      const seconds = (milliseconds / 1000).toFixed(2);
      crash({
        errorType: 'Sandbox.Timedout',
        errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`,
        trace: [],
      });
    }, milliseconds);

  return {
    isAlive: () => failure === undefined,
    run: async (event, id) => {
      requestId = id;
      const initTimer = timeOutAfter(INIT_TIMEOUT_MS);
      const initError = await initialised.promise;
      clearTimeout(initTimer);
      if (initError) return { functionError: initError };

      const result = Promise.withResolvers<RunResult>();
      settle = result.resolve;
      if (failure) return { functionError: failure };
      const timer = timeOutAfter(timeoutSeconds * 1000);
      const invocation: Invocation = { requestId: id, event, deadline: Date.now() + timeoutSeconds * 1000 };
      worker.postMessage(invocation);
      const settled = await result.promise;
      clearTimeout(timer);
      settle = undefined;
      return settled;
    },
    terminate: () => {
      fail({ errorType: 'Runtime.Shutdown', errorMessage: 'the function runtime was closed', trace: [] });
      return worker.terminate();
    },
  };
}

function errorLine(error: FunctionError, requestId: string | undefined): string {
  const message = { errorType: error.errorType, errorMessage: error.errorMessage, stackTrace: error.trace };
  return JSON.stringify({ timestamp: new Date().toISOString(), level: 'ERROR', requestId, message });
}

/** Runs inside a worker thread: one execution environment of one function, which takes one event at a time. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { patchConsole } from './json-log.ts';
import {
  COMPILE_CACHE,
  type ContainerMessage,
  type ContainerSettings,
  describeError,
  type Invocation,
} from './messages.ts';

/** Lambda's limit of a synchronous response, in bytes. */
const MAX_RESPONSE_BYTES = 6_291_556;

type Handler = (event: unknown, context: unknown) => unknown;

/** An error of initialisation or of the answer, with the type that the Lambda runtime gives it. */
class RuntimeError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

delete process.env[COMPILE_CACHE];
const settings = workerData as ContainerSettings;
let requestId: string | undefined;

const post = (message: ContainerMessage): void => parentPort?.postMessage(message);

async function loadHandler(): Promise<Handler> {
  const dot = settings.handler.lastIndexOf('.');
  const [file, name] = [settings.handler.slice(0, dot), settings.handler.slice(dot + 1)];
  const path = ['.mjs', '.js'].map((end) => join(settings.codeDirectory, file + end)).find((it) => existsSync(it));
  if (!path) {
    throw new RuntimeError(
      'Runtime.ImportModuleError',
      `handler ${settings.handler}: no ${file}.mjs or ${file}.js in ${settings.codeDirectory}`,
    );
  }
  const module: Record<string, unknown> = await import(pathToFileURL(path).href);
  const handler = module[name];
  if (typeof handler !== 'function') {
    throw new RuntimeError('Runtime.HandlerNotFound', `${settings.handler} is undefined or not exported`);
  }
  // From nodejs24.x on, Lambda refuses handlers that take a callback.
  if (handler.length >= 3) {
    throw new RuntimeError('Runtime.CallbackHandlerDeprecated', `${settings.handler} takes a callback; make it async`);
  }
  return handler as Handler;
}

function contextOf(invocation: Invocation) {
  return {
    functionName: settings.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: settings.functionArn,
    memoryLimitInMB: String(settings.memoryMb),
    awsRequestId: invocation.requestId,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, invocation.deadline - Date.now()),
  };
}

function resultText(result: unknown): string {
  let text: string;
  try {
    text = JSON.stringify(result) ?? 'null';
  } catch (error) {
    throw new RuntimeError(
      'Runtime.MarshalError',
      `unable to stringify the response: ${describeError(error).errorMessage}`,
    );
  }
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_RESPONSE_BYTES) {
    throw new RuntimeError(
      'Function.ResponseSizeTooLarge',
      `response of ${bytes} bytes exceeds the allowed ${MAX_RESPONSE_BYTES} bytes`,
    );
  }
  return text;
}

async function answer(handler: Handler, invocation: Invocation): Promise<void> {
  requestId = invocation.requestId;
  try {
    const payload = resultText(await handler(JSON.parse(invocation.event), contextOf(invocation)));
    post({ type: 'result', payload });
  } catch (error) {
    console.error(error);
    post({ type: 'error', error: describeError(error) });
  }
}

patchConsole(
  console,
  process.env.AWS_LAMBDA_LOG_LEVEL,
  () => requestId,
  (line, level) => post({ type: 'log', line, level }),
);

try {
  const handler = await loadHandler();
  parentPort?.on('message', (invocation: Invocation) => void answer(handler, invocation));
  post({ type: 'ready' });
} catch (error) {
  console.error(error);
  post({ type: 'initError', error: describeError(error) });
}

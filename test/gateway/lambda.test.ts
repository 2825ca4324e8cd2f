import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { createLambdaRuntime, type InvokeResult, type LambdaOptions } from '../../local/lambda/runtime.ts';
import { ECHO, type FunctionSource, writeFunctions } from './support/functions.ts';

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

interface LogLine {
  readonly level: string;
  readonly message?: unknown;
  readonly requestId?: string;
  readonly [field: string]: unknown;
}

async function start(source: FunctionSource, options: Partial<LambdaOptions> = {}) {
  const { functions, remove } = await writeFunctions({ f: source });
  const lines: string[] = [];
  const runtime = createLambdaRuntime(functions, {
    region: 'eu-west-1',
    accountId: '123456789012',
    compileCache: inject('compiled'),
    onLog: (line) => lines.push(line),
    ...options,
  });
  cleanUp.push(remove, runtime.close);
  const logs = (): LogLine[] => lines.map((line) => JSON.parse(line));
  return { runtime, lines, logs, invoke: (event: unknown = {}) => runtime.invoke('f', event) };
}

function payload(result: InvokeResult) {
  if (!('payload' in result)) throw new Error(`expected a payload, got ${JSON.stringify(result)}`);
  return JSON.parse(result.payload);
}

/** Holds each request until `size` of them wait, then lets them all go. */
async function startBarrier(size: number) {
  const waiting: ServerResponse[] = [];
  let most = 0;
  const server = createServer((_request, response) => {
    waiting.push(response);
    most = Math.max(most, waiting.length);
    if (waiting.length === size) for (const one of waiting.splice(0)) one.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, most: () => most };
}

describe('a container', () => {
  test('passes events and results as JSON: undefined, functions and prototypes do not cross', async () => {
    const { invoke } = await start(
      'export const handler = async (event) => ({ event, gone: undefined, at: new Date(0), f() {} });',
    );
    expect(payload(await invoke({ a: undefined, b: new Date(0) }))).toEqual({
      event: { b: '1970-01-01T00:00:00.000Z' },
      at: '1970-01-01T00:00:00.000Z',
    });
  });

  test('answers null when the handler returns nothing', async () => {
    const { invoke } = await start('export const handler = async () => {};');
    expect(await invoke()).toEqual({ payload: 'null' });
  });

  test('sees its own environment and the reserved variables, and nothing of the host', async () => {
    process.env.HOST_SECRET = 'of the host';
    cleanUp.push(async () => void delete process.env.HOST_SECRET);
    const { invoke } = await start(
      { source: 'export const handler = async () => process.env;', environment: { TABLE: 't' }, memoryMb: 256 },
      { environment: { AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1' } },
    );
    const env = payload(await invoke());
    expect(env).toMatchObject({
      TABLE: 't',
      AWS_LAMBDA_FUNCTION_NAME: 'f',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_REGION: 'eu-west-1',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_SESSION_TOKEN: 'f',
      AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1',
    });
    expect(env.LAMBDA_TASK_ROOT).toContain('f-');
    expect(env).not.toHaveProperty('HOST_SECRET');
    expect(env).not.toHaveProperty('PATH');
  });

  test('gives the handler a context with the time that remains', async () => {
    const { invoke } = await start(
      'export const handler = async (_, context) => ({ ...context, left: context.getRemainingTimeInMillis() });',
    );
    const context = payload(await invoke());
    expect(context).toMatchObject({
      functionName: 'f',
      invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:f',
      memoryLimitInMB: '128',
      logGroupName: '/aws/lambda/f',
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(context.left).toBeGreaterThan(0);
    expect(context.left).toBeLessThanOrEqual(3000);
  });

  test('keeps what its module holds from one event to the next', async () => {
    const { invoke } = await start('let n = 0; export const handler = async () => ++n;');
    expect([payload(await invoke()), payload(await invoke())]).toEqual([1, 2]);
  });

  test('lives on after a function error, which carries type, message and trace', async () => {
    const { invoke } = await start(
      `let n = 0; export const handler = async (event) => { n++; if (event.fail) throw new TypeError('no'); return n; };`,
    );
    expect(await invoke({ fail: true })).toEqual({
      functionError: {
        errorType: 'TypeError',
        errorMessage: 'no',
        trace: expect.arrayContaining(['TypeError: no']),
      },
    });
    expect(payload(await invoke())).toBe(2);
  });

  test.each([
    ['exits', 'process.exit(3);', 'Runtime.ExitError'],
    [
      'throws outside of the handler',
      `setTimeout(() => { throw new RangeError('x'); }); await new Promise(() => {});`,
      'RangeError',
    ],
    ['rejects unhandled', `Promise.reject(new SyntaxError('x')); await new Promise(() => {});`, 'SyntaxError'],
    ['takes longer than its time-out', 'await new Promise(() => {});', 'Sandbox.Timedout'],
    ['blocks its thread', 'for (;;);', 'Sandbox.Timedout'],
  ])('is replaced when it %s', async (_how, statement, errorType) => {
    const { invoke, logs } = await start({
      source: `let n = 0; export const handler = async (event) => { n++; if (event.fail) { ${statement} } return n; };`,
      timeoutSeconds: 0.3,
    });
    expect(payload(await invoke())).toBe(1);
    expect(await invoke({ fail: true })).toMatchObject({ functionError: { errorType } });
    expect(payload(await invoke())).toBe(1);
    expect(logs().at(-1)).toMatchObject({ level: 'ERROR', message: { errorType } });
  });

  test('is replaced when it dies after its answer', async () => {
    const { invoke, lines } = await start(
      'let n = 0; export const handler = async () => { setImmediate(() => process.exit(1)); return ++n; };',
    );
    for (let i = 1; i <= 2; i++) {
      expect(payload(await invoke())).toBe(1);
      await expect.poll(() => lines).toHaveLength(i);
    }
  });

  test.each([
    ['has no such export', 'export const other = 1;', 'Runtime.HandlerNotFound'],
    [
      'takes a callback',
      'export const handler = (event, context, callback) => callback();',
      'Runtime.CallbackHandlerDeprecated',
    ],
    ['throws while it loads', `throw new RangeError('at load');`, 'RangeError'],
    ['returns what is no JSON', 'export const handler = async () => 1n;', 'Runtime.MarshalError'],
    ['returns more than 6 MB', `export const handler = async () => 'x'.repeat(7e6);`, 'Function.ResponseSizeTooLarge'],
  ])('answers a function error when the bundle %s', async (_what, source, errorType) => {
    const { invoke } = await start(source);
    expect(await invoke()).toMatchObject({ functionError: { errorType } });
  });
});

describe('containers', () => {
  const MEET = `const id = Math.random(); let running = 0; let most = 0;
    export const handler = async (event) => {
      most = Math.max(most, ++running);
      await (await fetch(event.url)).text();
      running--;
      return { id, most };
    };`;

  test('take one event at a time, and are as many as events run at once, up to the limit', async () => {
    const { runtime, invoke } = await start(MEET, { maxContainers: 2 });
    const barrier = await startBarrier(2);
    const results = (await Promise.all(Array.from({ length: 6 }, () => invoke({ url: barrier.url })))).map(payload);
    expect(new Set(results.map(({ id }) => id)).size).toBe(2);
    expect(results.map(({ most }) => most)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(barrier.most()).toBe(2);
    expect(runtime.invocations('f')).toBe(6);
  });

  test('take waiting events in the order in which they came', async () => {
    const { invoke } = await start('let n = 0; export const handler = async ({ i }) => [i, n++];', {
      maxContainers: 1,
    });
    const results = await Promise.all([0, 1, 2, 3].map((i) => invoke({ i })));
    expect(results.map(payload)).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
  });
});

describe('the runtime', () => {
  test('stops waiting when the caller does, and leaves the function running', async () => {
    const { runtime } = await start('export const handler = async () => new Promise(() => {});');
    expect(await runtime.invoke('f', {}, { timeoutMs: 20 })).toEqual({ invokeError: 'TimedOut' });
  });

  test('refuses a request of more than 6 MB without invoking', async () => {
    const { runtime, invoke } = await start(ECHO);
    expect(await invoke('x'.repeat(6 * 1024 * 1024))).toEqual({ invokeError: 'RequestTooLarge' });
    expect(runtime.invocations('f')).toBe(0);
  });

  test('names the functions there are when asked for another', async () => {
    const { runtime } = await start(ECHO);
    await expect(runtime.invoke('g', {})).rejects.toThrow('no function g; there are f');
  });

  test('answers running and waiting events when it closes, and takes no more', async () => {
    const { runtime, invoke } = await start('export const handler = async () => new Promise(() => {});', {
      maxContainers: 1,
    });
    const pending = [invoke(), invoke()];
    await runtime.close();
    for (const result of await Promise.all(pending)) {
      expect(result).toMatchObject({ functionError: { errorType: 'Runtime.Shutdown' } });
    }
    await expect(invoke()).rejects.toThrow('closed');
  });
});

describe('console, as the Lambda runtime patches it for JSON', () => {
  test.each([
    ['one string', `'a'`, { message: 'a' }],
    ['one object as it is', `{ a: { b: 1 } }`, { message: { a: { b: 1 } } }],
    ['several arguments by util.format', `'%s is %d', 'a', 1, { b: 2 }`, { message: 'a is 1 { b: 2 }' }],
    [
      'an error alone',
      `new RangeError('x')`,
      { message: { errorType: 'RangeError', errorMessage: 'x', stackTrace: expect.any(Array) } },
    ],
    [
      'an error among several',
      `'oh', new RangeError('x')`,
      {
        message: expect.stringContaining('oh RangeError: x'),
        errorType: 'RangeError',
        errorMessage: 'x',
        stackTrace: expect.any(Array),
      },
    ],
    ['what JSON cannot hold', '1n', { message: '1n' }],
  ])('writes %s', async (_what, args, fields) => {
    const { invoke, logs } = await start(
      `export const handler = async (_, context) => { console.info(${args}); return context.awsRequestId; };`,
    );
    const requestId = payload(await invoke());
    expect(logs()).toEqual([{ timestamp: expect.stringMatching(/^\d{4}-.*Z$/), level: 'INFO', requestId, ...fields }]);
  });

  const ALL = `export const handler = async () => {
    for (const method of ['trace', 'debug', 'log', 'info', 'warn', 'error', 'fatal']) console[method]('x');
  };`;

  test.each([
    [undefined, ['INFO', 'INFO', 'WARN', 'ERROR', 'FATAL']],
    ['TRACE', ['TRACE', 'DEBUG', 'INFO', 'INFO', 'WARN', 'ERROR', 'FATAL']],
    ['ERROR', ['ERROR', 'FATAL']],
  ])('filters by AWS_LAMBDA_LOG_LEVEL=%s', async (level, expected) => {
    const { invoke, logs } = await start(ALL, level ? { environment: { AWS_LAMBDA_LOG_LEVEL: level } } : {});
    await invoke();
    expect(logs().map((line) => line.level)).toEqual(expected);
  });

  test('has no request id while the function initialises', async () => {
    const { invoke, logs } = await start(`console.log('load'); export const handler = async () => 1;`);
    await invoke();
    expect(logs()[0]).not.toHaveProperty('requestId');
  });

  test('logs a function error at ERROR', async () => {
    const { invoke, logs } = await start(`export const handler = async () => { throw new RangeError('x'); };`);
    await invoke();
    expect(logs()).toMatchObject([{ level: 'ERROR', message: { errorType: 'RangeError', errorMessage: 'x' } }]);
  });

  test('leaves what is written to standard output as it is', async () => {
    const { invoke, lines } = await start(`export const handler = async () => { process.stdout.write('raw\\n'); };`);
    await invoke();
    await expect.poll(() => lines).toEqual(['raw']);
  });

  test('tells metrics, in CloudWatch’s embedded format, at DEBUG, and leaves them as they are', async () => {
    const line = '{"_aws":{"Timestamp":0,"CloudWatchMetrics":[]},"Allowed":1}';
    const told: string[][] = [];
    const { invoke } = await start(`export const handler = async () => { process.stdout.write('${line}\\n'); };`, {
      onLog: (text, _, level) => told.push([text, level]),
    });
    await invoke();
    await expect.poll(() => told).toEqual([[line, 'DEBUG']]);
  });
});

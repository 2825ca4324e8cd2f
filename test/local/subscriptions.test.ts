import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Delivery } from '../../local/logs/envelope.ts';
import { createSubscriptions } from '../../local/logs/subscriptions.ts';
import type { LocalSubscription } from '../../local/model.ts';

const ACCESS: LocalSubscription = { name: 'access', logGroup: '/access', pattern: '', functionName: 'record' };
const USAGE: LocalSubscription = {
  name: 'usage',
  logGroup: '/aws/lambda/authorize',
  pattern: '{ $.message.kind = "usage" }',
  functionName: 'record',
};

const opened = (event: unknown): Delivery =>
  JSON.parse(gunzipSync(Buffer.from((event as { awslogs: { data: string } }).awslogs.data, 'base64')).toString());

/** Subscriptions whose deliveries are kept; the control messages are over. */
async function start(subscriptions: readonly LocalSubscription[], deliver = async () => {}) {
  const deliveries: Delivery[] = [];
  const logs = createSubscriptions({
    subscriptions,
    accountId: '123456789012',
    clock: () => 1_795_521_600_000,
    deliver: async (_, event) => {
      deliveries.push(opened(event));
      await deliver();
    },
  });
  await logs.settled();
  const control = deliveries.splice(0);
  const messages = () => deliveries.map(({ logEvents }) => logEvents.map(({ message }) => message));
  return { logs, deliveries, control, messages };
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

describe('a subscription', () => {
  test('is asked at the start whether it can be reached', async () => {
    const { control } = await start([ACCESS, USAGE]);
    const asked = control.map(({ messageType, subscriptionFilters }) => [messageType, ...subscriptionFilters]);
    // Both at once: either may be the first to hear.
    expect(asked.sort()).toEqual([
      ['CONTROL_MESSAGE', 'access'],
      ['CONTROL_MESSAGE', 'usage'],
    ]);
  });

  test('is given lines in the envelope of CloudWatch Logs', async () => {
    const { logs, deliveries } = await start([ACCESS]);
    logs.write('/access', 'one');
    await logs.settled();
    expect(deliveries).toEqual([
      {
        messageType: 'DATA_MESSAGE',
        owner: '123456789012',
        logGroup: '/access',
        logStream: 'local',
        subscriptionFilters: ['access'],
        logEvents: [{ id: expect.stringMatching(/^\d{56}$/), timestamp: 1_795_521_600_000, message: 'one' }],
      },
    ]);
  });

  test('is given the lines of half a second together, in their order', async () => {
    const { logs, messages } = await start([ACCESS]);
    logs.write('/access', 'one');
    vi.advanceTimersByTime(499);
    logs.write('/access', 'two');
    expect(messages()).toEqual([]);
    vi.advanceTimersByTime(1);
    logs.write('/access', 'three');
    await logs.settled();
    // Both deliveries are under way at once: either may be the first to arrive.
    expect(messages().sort((a, b) => b.length - a.length)).toEqual([['one', 'two'], ['three']]);
  });

  test('is given 10,000 lines, or a million characters, at once', async () => {
    const { logs, messages } = await start([ACCESS]);
    for (let i = 0; i < 10_001; i++) logs.write('/access', String(i));
    for (let i = 0; i < 11; i++) logs.write('/access', 'x'.repeat(100_000));
    await logs.settled();
    expect(
      messages()
        .map(({ length }) => length)
        .sort((a, b) => b - a),
    ).toEqual([10_000, 11, 1]);
  });

  test('has an id for each line, also after a restart at the same moment', async () => {
    const ids = new Set<string>();
    for (let run = 0; run < 3; run++) {
      const { logs, deliveries } = await start([ACCESS]);
      for (let i = 0; i < 50; i++) logs.write('/access', 'same');
      await logs.settled();
      for (const { id } of deliveries.flatMap(({ logEvents }) => logEvents)) ids.add(id);
    }
    expect(ids.size).toBe(150);
  });

  test('is given the lines of its log group alone, and of these what its pattern matches', async () => {
    const { logs, deliveries, messages } = await start([ACCESS, USAGE]);
    const usage = '{"level":"INFO","message":{"kind":"usage"}}';
    for (const line of [usage, '{"message":{"kind":"other"}}', '{"message":"usage"}', 'usage', 'null', '{}']) {
      logs.write('/aws/lambda/authorize', line);
    }
    logs.write('/aws/lambda/other', usage);
    await logs.settled();
    expect(messages()).toEqual([[usage]]);
    expect(deliveries[0]?.subscriptionFilters).toEqual(['usage']);
  });

  test('with a pattern that is not played is an error which names it', () => {
    const pattern = '[ip, user, ...]';
    expect(() =>
      createSubscriptions({ subscriptions: [{ ...ACCESS, pattern }], accountId: '', deliver: async () => {} }),
    ).toThrow('filter pattern "[ip, user, ...]"; played here are "" and { $.field.of.json = "text" }');
  });
});

test('settled waits for deliveries under way, and for lines that are written meanwhile', async () => {
  const gate = Promise.withResolvers<void>();
  let held = false;
  const { logs, messages } = await start([ACCESS], () => (held ? gate.promise : Promise.resolve()));
  held = true;
  logs.write('/access', 'one');
  let isSettled = false;
  const settled = logs.settled().then(() => {
    isSettled = true;
  });
  await vi.waitFor(() => expect(messages()).toEqual([['one']]));
  logs.write('/access', 'two');
  expect(isSettled).toBe(false);
  gate.resolve();
  await settled;
  expect(messages()).toEqual([['one'], ['two']]);
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openEnvelope } from '../../lib/usage/envelope.ts';
import { type Listening, listen } from '../../local/gateway/listen.ts';
import { logIntake } from '../../local/logs/intake.ts';
import { createSubscriptions, type Subscriptions } from '../../local/logs/subscriptions.ts';
import type { LocalApi } from '../../local/model.ts';

const GROUP = '/aws/vendedlogs/access';
const AMAZON_JSON = 'application/x-amz-json-1.1';
const api: LocalApi = {
  apiId: 'local',
  accountId: '000000000000',
  region: 'us-east-1',
  stage: '$default',
  routes: [],
  accessLog: { format: '{"status":"$context.status"}', logGroup: GROUP },
};

let server: Listening;
let subscriptions: Subscriptions;
let delivered: ReturnType<typeof openEnvelope>[] = [];
/** What happens while a batch is delivered. */
let meanwhile = () => {};
beforeAll(async () => {
  subscriptions = createSubscriptions({
    subscriptions: [{ name: 'usage', logGroup: GROUP, pattern: '', functionName: 'record' }],
    accountId: api.accountId,
    deliver: async (_, event) => {
      delivered.push(openEnvelope(event as Parameters<typeof openEnvelope>[0]));
      meanwhile();
    },
    collectMs: 60_000,
  });
  await subscriptions.settled();
  server = await listen(logIntake(api, subscriptions));
});
afterAll(() => server.close());
afterEach(async () => {
  meanwhile = () => {};
  await subscriptions.settled();
  delivered = [];
});

const post = (body: unknown, contentType = AMAZON_JSON) =>
  fetch(server.url, {
    method: 'POST',
    headers: { 'content-type': contentType },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const events = [
  { timestamp: 1_790_000_000_000, message: 'a' },
  { timestamp: 1_790_000_000_001, message: 'b' },
];

describe('log events of the past', () => {
  it('are delivered, with their times, when the answer comes', async () => {
    const answer = await post({ logGroupName: GROUP, logEvents: events });
    expect(answer.status).toBe(200);
    const data = delivered.filter((batch) => batch.events.length > 0);
    expect(data).toHaveLength(1);
    expect(data[0]?.logGroup).toBe(GROUP);
    expect(data[0]?.events.map(({ timestamp, message }) => ({ timestamp, message }))).toEqual(events);
  });

  it('are answered for also where requests keep coming, which are logged too', async () => {
    meanwhile = () => subscriptions.write(GROUP, 'of a request');
    expect((await post({ logGroupName: GROUP, logEvents: events })).status).toBe(200);
    expect(delivered).toHaveLength(1);
  });

  it('of a group that nobody follows go nowhere', async () => {
    expect((await post({ logGroupName: '/other', logEvents: events })).status).toBe(200);
    expect(delivered).toEqual([]);
  });

  it.each([
    ['no JSON', 'x', 400],
    ['nothing', null, 400],
    ['no group', { logEvents: events }, 400],
    ['no time', { logGroupName: GROUP, logEvents: [{ message: 'a' }] }, 400],
    ['no text', { logGroupName: GROUP, logEvents: [{ timestamp: 1, message: 7 }] }, 400],
  ])('are refused as %s', async (_, body, status) => {
    expect((await post(body)).status).toBe(status);
    expect(delivered).toEqual([]);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/json'])(
    'are not taken as %s, which a page of any site could send',
    async (contentType) => {
      expect((await post({ logGroupName: GROUP, logEvents: events }, contentType)).status).toBe(415);
      expect((await fetch(server.url, { method: 'OPTIONS' })).headers.get('access-control-allow-origin')).toBeNull();
      expect(delivered).toEqual([]);
    },
  );

  it('are written in the format of the access log, which is told', async () => {
    expect(await (await fetch(server.url)).json()).toEqual({ accessLog: api.accessLog });
  });
});

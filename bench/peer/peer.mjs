// The peer, in a process of its own: better-auth's API keys on an engine of DynamoDB. It does what it is told by messages.
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { apiKey } from '@better-auth/api-key';
import { betterAuth } from 'better-auth';
import { makeTables } from '../../local/tables.ts';
import { BURST } from '../check/burst.ts';
import { subject } from '../check/cpu.ts';
import { keepLedger, takeLedger } from '../check/ledger.ts';
import { record } from '../check/network.ts';
import { CALLERS, contender } from '../check/rate.ts';
import { connect } from '../support/engine.ts';
import { itemSize } from '../support/item-size.ts';
import { dynamoDbAdapter } from './adapter.mjs';

const [endpoint] = process.argv.slice(2);
const tableOf = (model) => `peer_${model}`;
/** More than any run here can use. */
const PLENTY = 1_000_000_000;

await makeTables(
  endpoint,
  ['user', 'session', 'account', 'verification', 'apikey'].map((model) => ({
    name: tableOf(model),
    keySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    attributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    globalSecondaryIndexes: [],
  })),
);

/** better-auth on a connection of its own, with a rate limit for every key. */
function start() {
  const { client } = connect(endpoint);
  const auth = betterAuth({
    secret: 'a secret of the bench, which guards nothing',
    baseURL: 'http://127.0.0.1',
    database: dynamoDbAdapter(client, tableOf),
    logger: { disabled: true },
    telemetry: { enabled: false },
    plugins: [apiKey({ rateLimit: { enabled: true, timeWindow: 60_000, maxRequests: PLENTY } })],
  });
  return { auth, client };
}

let users = 0;

/** A user with one key, which has a rate limit a minute, and calls that remain. */
async function newKey({ auth }, rateLimitMax = PLENTY, remaining = PLENTY) {
  const { adapter } = await auth.$context;
  const number = users++;
  const at = new Date();
  const user = await adapter.create({
    model: 'user',
    data: { email: `peer${number}@example.com`, name: 'peer', emailVerified: true, createdAt: at, updatedAt: at },
  });
  const body = { userId: user.id, remaining, rateLimitMax, rateLimitTimeWindow: 60_000, rateLimitEnabled: true };
  return auth.api.createApiKey({ body });
}

const verify = async ({ auth }, { key }) => (await auth.api.verifyApiKey({ body: { key } })).valid;

async function verifyAlways(peer, key) {
  if (!(await verify(peer, key))) throw new Error('a verification that must succeed was refused');
}

const itemOf = async ({ client }, { id }) =>
  (await client.send(new GetCommand({ TableName: tableOf('apikey'), Key: { id }, ConsistentRead: true }))).Item;

async function measureCost() {
  const peer = start();
  const key = await newKey(peer);
  await verifyAlways(peer, key);
  const ledger = keepLedger(peer.client);
  await verifyAlways(peer, key);
  const { calls, writeUnits, readUnits } = takeLedger(ledger);
  return { calls, writeUnits, readUnits, itemBytes: itemSize(await itemOf(peer, key)) };
}

async function rehearse() {
  const peer = start();
  const key = await newKey(peer);
  const tape = record(peer.client);
  for (let i = 0; i < 2; i++) await verifyAlways(peer, key);
  tape.replay();
  return subject('peer', () => verifyAlways(peer, key));
}

async function warmCallers() {
  const peer = start();
  const doing = [];
  for (let i = 0; i < CALLERS; i++) {
    const key = await newKey(peer);
    await verifyAlways(peer, key);
    doing.push(() => verifyAlways(peer, key));
  }
  return contender('peer', doing);
}

async function measureBurst() {
  const peer = start();
  const key = await newKey(peer, BURST.limit, 1_000);
  const before = (await itemOf(peer, key)).remaining;
  const answers = await Promise.all(Array.from({ length: BURST.callers }, () => verify(peer, key)));
  return { accepted: answers.filter(Boolean).length, creditsTaken: before - (await itemOf(peer, key)).remaining };
}

/** Made when it is first asked for, and once. */
function once(make) {
  let made;
  return () => {
    made ??= make();
    return made;
  };
}
const rehearsed = once(rehearse);
const callers = once(warmCallers);

const TASKS = {
  cost: measureCost,
  burst: measureBurst,
  cpu: async (iterations) => (await rehearsed()).cpu(iterations),
  rate: async (calls) => (await callers()).perSecond(calls),
};

process.on('message', async ({ task, amount }) => {
  try {
    process.send({ answer: await TASKS[task](amount) });
  } catch (error) {
    process.send({ error: String(error.stack) });
  }
});
process.on('disconnect', () => process.exit());

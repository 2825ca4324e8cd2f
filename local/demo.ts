import { parseArgs } from 'node:util';
import { REPLAY_PATH } from './demo/replay.ts';
import { type DemoCall, type DemoKey, traffic } from './demo/traffic.ts';
import { requestToken } from './identity/request-token.ts';
import { readPort } from './options.ts';

const DAY_MS = 86_400_000;

const HELP = `Fills the instance on PORT (default 3000) with a believable month of usage for one user.

  npm start                                  in one terminal
  npm run demo -- [options]                  in another

  --email EMAIL      whose month it is (default ada@example.com)
  --days DAYS        how long it is, from 1 to 60 (default 30)
  --per-day CALLS    calls of a busy day, from 10 to 5000 (default 800)
  --help             this text

Keys, plan and credits are changed through the API; the calls of the past go the way of the gateway's own log.
`;

/** @throws Error that names the option, what was given and what is allowed. */
function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new Error(`--${name} is ${JSON.stringify(text)}; allowed is a whole number from ${least} to ${most}`);
}

/** The same month each time (mulberry32, Tommy Ettinger 2017). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const KEYS = [
  { name: 'web shop', environment: 'live', share: 0.55 },
  { name: 'warehouse', environment: 'live', share: 0.3 },
  { name: 'reports', environment: 'live', share: 0.1 },
  { name: 'playground', environment: 'test', share: 0.05 },
] as const;

interface MadeKey extends DemoKey {
  readonly apiKey: string;
}

/** The API of the instance, as a user and as an admin. */
async function openApi(port: number, email: string) {
  const [token, admin] = await Promise.all([
    requestToken(port, email, false),
    requestToken(port, 'root@example.com', true),
  ]);
  const origin = `http://127.0.0.1:${port}`;
  const send = async (bearer: string, method: string, path: string, body?: object) => {
    const answer = await fetch(origin + path, {
      method,
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const json = (await answer.json()) as Record<string, string> & { detail?: string };
    if (!answer.ok) throw new Error(`${method} ${path} was answered with ${answer.status}: ${json.detail ?? ''}`);
    return json;
  };
  return {
    origin,
    user: (method: string, path: string, body?: object) => send(token, method, path, body),
    admin: (method: string, path: string, body?: object) => send(admin, method, path, body),
  };
}

type Api = Awaited<ReturnType<typeof openApi>>;

async function makeAccount({ user, admin }: Api, email: string): Promise<MadeKey[]> {
  const at = encodeURIComponent(email);
  await admin('PUT', `/api/admin/user/${at}/plan`, { plan: 'pro' });
  await admin('POST', `/api/admin/user/${at}/credits`, { amount: 25_000, reason: 'Welcome' });
  const made: MadeKey[] = [];
  for (const { share, ...key } of KEYS) {
    const { keyId = '', apiKey = '' } = await user('POST', '/api/user/key', { email, ...key });
    made.push({ keyId, apiKey, share });
  }
  const [first] = made;
  const rotated = await user('POST', `/api/user/key/${at}/${first?.keyId}/rotate`, { gracePeriodSeconds: 86_400 });
  const { keyId: old } = await user('POST', '/api/user/key', { email, name: 'old shop' });
  await user('DELETE', `/api/user/key/${at}/${old}`);
  return made.map((key) => (key.keyId === first?.keyId ? { ...key, apiKey: rotated.apiKey ?? '' } : key));
}

async function replay({ origin }: Api, email: string, calls: readonly DemoCall[], signal: AbortSignal): Promise<void> {
  const body = calls.map((call) => JSON.stringify({ ...call, email })).join('\n');
  const answer = await fetch(origin + REPLAY_PATH, { method: 'POST', body, signal });
  if (!answer.ok) throw new Error(`the calls of the past were answered with ${answer.status}: ${await answer.text()}`);
}

const BAR = 30;

/** Shows how far it is, where there is a terminal. */
function progress(done: number, of: number): void {
  if (!process.stderr.isTTY) return;
  const filled = Math.round((done / of) * BAR);
  process.stderr.write(`\r  ${'█'.repeat(filled)}${'░'.repeat(BAR - filled)} day ${done} of ${of}`);
  if (done === of) process.stderr.write('\n');
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      email: { type: 'string', default: 'ada@example.com' },
      days: { type: 'string', default: '30' },
      'per-day': { type: 'string', default: '800' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const days = wholeNumber('days', values.days, 1, 60);
  const perDay = wholeNumber('per-day', values['per-day'], 10, 5_000);
  const port = readPort(process.env);
  const { email } = values;

  const end = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end.abort());
  const api = await openApi(port, email);
  const keys = await makeAccount(api, email);
  const now = Date.now();
  const from = now - days * DAY_MS;
  let count = 0;
  let waiting: DemoCall[] = [];
  let day = 0;
  for (const hour of traffic({ keys, from, to: now - 60_000, perDay, random: seeded(7) })) {
    waiting.push(...hour);
    const passed = Math.floor(((waiting.at(-1)?.at ?? from) - from) / DAY_MS);
    if (passed === day) continue;
    await replay(api, email, waiting, end.signal);
    count += waiting.length;
    waiting = [];
    day = passed;
    progress(day, days);
  }
  await replay(api, email, waiting, end.signal);
  count += waiting.length;
  progress(days, days);
  for (const { apiKey } of keys) {
    await fetch(`${api.origin}/api/whoami`, { headers: { 'x-api-key': apiKey }, signal: end.signal });
  }
  console.log(`${count} calls of ${days} days, and ${keys.length} of now, are ${email}'s`);
  console.log(`see ${api.origin}/ and sign in as ${email}`);
}

try {
  await main();
} catch (error) {
  const { name, message } = error as Error;
  process.stderr.write(name === 'AbortError' ? '\nstopped\n' : `npm run demo: ${message}\n`);
  process.exitCode = 1;
}

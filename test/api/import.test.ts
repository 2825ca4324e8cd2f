import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeSecret } from '../../lib/keys/secret.ts';
import { synthesize } from '../../local/synth.ts';
import { node } from '../cli/support/command.ts';
import { EVERYTHING_ON } from '../support/everything-on.ts';
import { type Service, startService } from './support/service.ts';
import { signIn } from './support/user.ts';

let directory: string;
let service: Service;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'import-'));
  await synthesize(directory, { settings: EVERYTHING_ON });
  service = await startService({ assembly: directory });
});
afterAll(async () => {
  await service.close();
  await rm(directory, { recursive: true, force: true });
});

const whoami = (key: string) => service.call('/api/whoami', { key });

test('imported secrets are let in at the next call, foreign ones too, and a rotation makes them ours', async () => {
  const [own, foreign] = [makeSecret('live', randomBytes), `acme_${randomBytes(12).toString('hex')}`];
  expect((await whoami(foreign)).status).toBe(403);
  const rows = [
    { email: 'ada@example.com', key: own, name: 'own' },
    { email: 'ada@example.com', key: foreign, name: 'foreign', environment: 'test', credits: 40 },
    { email: 'ops@example.com', key: `ops_${randomBytes(12).toString('hex')}`, scopes: ['keys:verify'] },
  ];
  const file = path.join(directory, 'rows.jsonl');
  await writeFile(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const imported = await node(['cli/keys.ts', 'import', file, '--endpoint', service.engine.endpoint]).ended();
  expect(imported).toMatchObject({ code: 0, stdout: '3 rows: 3 made, 0 there already, 0 rejected\n' });

  expect((await whoami(own)).json).toMatchObject({ email: 'ada@example.com', name: 'own', environment: 'live' });
  // It was asked for before the import, and is remembered as unknown for 2 s at most.
  await expect.poll(async () => (await whoami(foreign)).status, { timeout: 10_000 }).toBe(200);
  expect((await whoami(foreign)).json).toMatchObject({ name: 'foreign', environment: 'test' });
  const verify = (dryRun: boolean) =>
    service.call('POST /api/keys/verify', { key: rows[2]?.key as string, body: { key: foreign, dryRun } });
  for (const dryRun of [true, false]) {
    expect((await verify(dryRun)).json).toMatchObject({ valid: true, credits: { purchased: 40 } });
  }

  const ada = await signIn(service, 'ada@example.com');
  const [listed] = (await ada.keys()).json.keys.filter(({ name }: { name: string }) => name === 'foreign');
  expect(listed.hint).toMatch(/^acm…[0-9a-f]{3}$/);
  const events = await service.call('/api/user/events/ada%40example.com?type=key.created', { token: ada.token });
  expect(events.json.entries).toMatchObject([{ details: { imported: true } }, { details: { imported: true } }]);
  const rotated = await service.call(`POST /api/user/key/ada%40example.com/${listed.keyId}/rotate`, {
    token: ada.token,
    body: { gracePeriodSeconds: 0 },
  });
  expect(rotated.json.apiKey).toMatch(/^sk_test_/);
  expect((await whoami(foreign)).json).toMatchObject({ status: 401, code: 'key_expired' });
  // What gives holds within 2 s.
  await expect.poll(async () => (await whoami(rotated.json.apiKey)).status, { timeout: 10_000 }).toBe(200);

  const everything = [...(await service.dump()), ...service.log, ...service.accessLog].join('\n');
  for (const secret of [own.slice(8), foreign.slice(5)]) {
    for (let at = 0; at + 8 <= secret.length; at++) expect(everything).not.toContain(secret.slice(at, at + 8));
  }
});

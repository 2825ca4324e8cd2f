import { gunzipSync } from 'node:zlib';
import { expect, test, vi } from 'vitest';
import { startEngine } from '../../local/engine.ts';
import { startService } from './support/service.ts';
import { signIn } from './support/user.ts';

/** Everything that fails for good has been tried three times, with 1 s and 2 s in between. */
const TRIED_MS = 20_000;

test('usage that no engine takes becomes a dead letter, and counts once its event is given again', async () => {
  let directory = '';
  const service = await startService({
    engine: (dataDirectory) => {
      directory = dataDirectory;
      return startEngine({ dataDirectory });
    },
  });
  const ada = await signIn(service, 'ada@example.com');
  const { apiKey } = (await ada.make()).json;
  await service.call('/api/whoami', { key: apiKey });
  await service.engine.close();
  await vi.waitFor(() => expect(service.deadLetters).toHaveLength(1), { timeout: TRIED_MS, interval: 200 });

  const [letter = expect.fail()] = service.deadLetters;
  expect(letter).toMatchObject({
    queue: 'sensei-keys-record-usage-dead-letters',
    functionName: 'sensei-keys-record-usage',
    record: { requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 } },
  });
  const { awslogs } = letter.record.requestPayload as { awslogs: { data: string } };
  expect(gunzipSync(Buffer.from(awslogs.data, 'base64')).toString()).toContain('GET /api/whoami');

  const port = Number(new URL(service.engine.endpoint).port);
  const engine = await startEngine({ dataDirectory: directory, preferredPort: port });
  for (let delivery = 0; delivery < 2; delivery++) {
    await service.instance.lambda.invoke(letter.functionName, letter.record.requestPayload);
  }
  expect((await ada.usage()).json.totals.requests).toBe(1);
  await engine.close();
  await service.close();
});

import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { serviceProvider } from '../../../lib/billing/service-provider.ts';
import { ENV } from '../../../lib/env.ts';
import { type Listening, listen } from '../../../local/gateway/listen.ts';

/** What the secret holds. */
let held = '';
let secrets: Listening;
beforeAll(async () => {
  secrets = await listen((_, response) =>
    response
      .writeHead(200, { 'content-type': 'application/x-amz-json-1.1' })
      .end(JSON.stringify({ SecretString: held })),
  );
  vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', secrets.url)
    .stubEnv('AWS_REGION', 'us-east-1')
    .stubEnv('AWS_ACCESS_KEY_ID', 'local')
    .stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await secrets.close();
});

const SECRET = 'whsec_4f9a8b7c6d5e';

test.each([
  ['the webhook secret alone', SECRET],
  ['JSON that is cut off', `{"webhookSecret":"${SECRET}"`],
  ['JSON of something else', JSON.stringify({ webhook: SECRET })],
  ['an empty API key', JSON.stringify({ apiKey: '', webhookSecret: SECRET })],
])('a secret that is %s is refused by its name, and nothing of it is told', async (holding, text) => {
  held = text;
  vi.stubEnv(ENV.billingSecret, holding);
  const error = await serviceProvider().catch((thrown: Error) => thrown);
  expect(error).toMatchObject({ message: `secret ${holding} is to be JSON with apiKey and webhookSecret` });
  const { message, stack, cause } = error as Error;
  expect(`${message} ${stack} ${cause}`).not.toContain(SECRET.slice(0, 8));
});

test('a secret that is as it should be makes the provider', async () => {
  held = JSON.stringify({ apiKey: 'sk_test_local', webhookSecret: SECRET });
  vi.stubEnv(ENV.billingSecret, 'good');
  expect(await serviceProvider()).toHaveProperty('charge');
});

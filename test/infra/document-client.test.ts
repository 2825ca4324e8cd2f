import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { documentClient } from '../../lib/store/client.ts';

const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };

/** Reads an item from an engine that answers as given: the item or the error, and how often the engine was asked. */
async function readFrom(answer: RequestListener) {
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : expect.fail('no port');
  Object.assign(process.env, CREDENTIALS);
  const client = documentClient({ AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}` });
  try {
    const outcome = await client
      .send(new GetCommand({ TableName: 'api_keys', Key: { keyHash: 'x' } }))
      .then(({ Item }) => ({ item: Item }))
      .catch((error: Error) => ({ error: error.name }));
    return { ...outcome, asked };
  } finally {
    client.destroy();
    server.closeAllConnections();
    server.close();
  }
}

describe('the document client', () => {
  it.concurrent('asks the engine at AWS_ENDPOINT_URL_DYNAMODB, and gives items as plain values', async () => {
    const body = JSON.stringify({ Item: { keyHash: { S: 'x' }, n: { N: '7' } } });
    expect(await readFrom((_, response) => response.end(body))).toEqual({ item: { keyHash: 'x', n: 7 }, asked: 1 });
  });

  it.concurrent('gives up on an engine that does not answer, after two attempts', async () => {
    expect(await readFrom(() => {})).toEqual({ error: 'TimeoutError', asked: 2 });
  });

  it.concurrent('gives up on an engine that stops half-way through its answer', async () => {
    const outcome = await readFrom((_, response) => response.writeHead(200, { 'content-length': 100 }).write('{'));
    expect(outcome).toEqual({ error: 'TimeoutError', asked: 2 });
  });

  it('names the variable that is missing', () => {
    expect(() => documentClient({})).toThrow('missing environment variable AWS_REGION');
  });
});

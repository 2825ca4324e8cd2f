import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  InternalServerError,
  TransactionCanceledException,
  TransactionConflictException,
  TransactionInProgressException,
} from '@aws-sdk/client-dynamodb';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, onTestFinished, test } from 'vitest';
import { documentClient } from '../../../lib/store/client.ts';
import { isUnavailable, StoreUnavailable } from '../../../lib/store/unavailable.ts';

const told = { message: 'told', $metadata: {} };
const cancelled = (...codes: string[]) =>
  new TransactionCanceledException({ ...told, CancellationReasons: codes.map((Code) => ({ Code })) });
const ofNetwork = (code: string) => Object.assign(new Error('of the network'), { code });

describe('an error after which the same request may succeed', () => {
  test.each([
    ['a request that the client gave up', Object.assign(new Error(), { name: 'TimeoutError' })],
    ['a fault of DynamoDB', new InternalServerError(told)],
    ['a write to an item that a transaction holds', new TransactionConflictException(told)],
    ['a repeat that comes while the transaction is still under way', new TransactionInProgressException(told)],
    ['a transaction of which a table took too much', cancelled('None', 'ThrottlingError')],
    ['the same where capacity is provisioned', cancelled('ProvisionedThroughputExceeded', 'TransactionConflict')],
    ['a host without a route to it', ofNetwork('EHOSTUNREACH')],
    ['a connection that was reset', ofNetwork('ECONNRESET')],
    ['what a store gave up', new StoreUnavailable('left unread')],
  ])('is %s', (_, error) => {
    expect(isUnavailable(error)).toBe(true);
  });

  test.each([
    ['a transaction whose condition failed', cancelled('None', 'ConditionalCheckFailed')],
    ['a transaction that is invalid, whatever else is said of it', cancelled('ThrottlingError', 'ValidationError')],
    ['a transaction that lost a race', cancelled('TransactionConflict')],
    ['any other error', new Error('other')],
    ['what is no error', 'ThrottlingException'],
  ])('is not %s', (_, error) => {
    expect(isUnavailable(error)).toBe(false);
  });
});

test.each([
  [503, 'application/x-amz-json-1.0', '{"__type":"com.amazon.coral.service#ServiceUnavailableException"}', true],
  [502, 'text/html', '<html>Bad Gateway</html>', true],
  [400, 'application/x-amz-json-1.0', '{"__type":"com.amazon.coral.validate#ValidationException"}', false],
])('an answer %i with %s is one of a store that cannot answer, or not', async (status, type, body, expected) => {
  const server = createServer((_, response) => response.writeHead(status, { 'content-type': type }).end(body));
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = documentClient({ AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}` });
  client.config.credentials = async () => ({ accessKeyId: 'local', secretAccessKey: 'local' });
  const read = client.send(new GetCommand({ TableName: 'api_keys', Key: { keyHash: 'hash' } }));
  expect(isUnavailable(await read.catch((error: unknown) => error))).toBe(expected);
  client.destroy();
});

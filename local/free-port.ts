import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';

/**
 * A TCP port on 127.0.0.1 that nobody listens on at this moment.
 *
 * @param preferred taken if it is free, for people who like to find a server where it was.
 */
export async function freePort(preferred = 0): Promise<number> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  server.once('error', () => resolve(undefined));
  server.listen(preferred, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  const port = await promise;
  if (port === undefined) return freePort();
  await new Promise((closed) => server.close(closed));
  return port;
}

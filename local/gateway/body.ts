import type { IncomingMessage } from 'node:http';
import { LIMITS } from './assumptions.ts';
import { REFUSALS, type Refusal } from './refusals.ts';

export type ReadBody = { readonly body: Buffer } | { readonly refusal: Refusal };

/** Reads the body, up to the gateway's limit; more is never kept in memory. */
export async function readBody(message: IncomingMessage): Promise<ReadBody> {
  if (Number(message.headers['content-length'] ?? 0) > LIMITS.bodyBytes) return { refusal: REFUSALS.payloadTooLarge };
  // It went away while the authorizer ran, and no event is to come.
  if (message.destroyed) return { refusal: REFUSALS.badRequest };
  const { promise, resolve } = Promise.withResolvers<ReadBody>();
  const chunks: Buffer[] = [];
  let size = 0;
  message.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= LIMITS.bodyBytes) chunks.push(chunk);
    else resolve({ refusal: REFUSALS.payloadTooLarge });
  });
  message.on('end', () => resolve({ body: Buffer.concat(chunks) }));
  // The client went away; the refusal is for the access log alone.
  message.on('error', () => resolve({ refusal: REFUSALS.badRequest }));
  message.on('close', () => resolve({ refusal: REFUSALS.badRequest }));
  return promise;
}

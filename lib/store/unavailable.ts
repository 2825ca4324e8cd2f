/** The store could not settle a request now, though nothing is wrong with it: the same one may succeed later. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** Errors that say nothing about the request: the store did not answer, or asked for a pause. */
const PASSING = new Set([
  'TimeoutError',
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'InternalServerError',
  'ServiceUnavailable',
  'TransactionConflictException',
]);
const NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN']);

/** Tells whether an error means that DynamoDB cannot answer now, after the client's own retries. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof StoreUnavailable) return true;
  return PASSING.has(error.name) || ('code' in error && NETWORK.has(String(error.code)));
}

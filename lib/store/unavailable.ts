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
  'TransactionInProgressException',
]);
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);
/** Why an action of a cancelled transaction asks for a pause, and why one would fail again. */
const THROTTLED = new Set(['ThrottlingError', 'ProvisionedThroughputExceeded']);
const INVALID = new Set(['ValidationError', 'ItemCollectionSizeLimitExceeded']);

/** What errors of the SDK may carry. Its classes would come into bundles that make no request. */
interface SdkError extends Error {
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly CancellationReasons?: readonly { readonly Code?: string }[];
}

function wasThrottled({ CancellationReasons = [] }: SdkError): boolean {
  const codes = CancellationReasons.map(({ Code = 'None' }) => Code);
  return codes.some((code) => THROTTLED.has(code)) && !codes.some((code) => INVALID.has(code));
}

/** Tells whether an error means that DynamoDB cannot answer now, after the client's own retries. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof StoreUnavailable || PASSING.has(error.name)) return true;
  const { code, $metadata } = error as SdkError;
  return NETWORK.has(String(code)) || Number($metadata?.httpStatusCode) >= 500 || wasThrottled(error);
}

/** Nobody is there, which a pause does not change. */
const ABSENT = new Set(['ECONNREFUSED', 'ENOTFOUND']);

/** Tells whether it is worth to wait for DynamoDB, and to ask again. */
export const asksForPause = (error: unknown): boolean =>
  isUnavailable(error) && !ABSENT.has(String((error as SdkError).code));

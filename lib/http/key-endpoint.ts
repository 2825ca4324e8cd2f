import { type ApiRequest, endpoint, type Reply } from './endpoint.ts';
import { apiKey } from './middleware/api-key.ts';
import type { Operation } from './operation.ts';

/** Makes the Lambda handler of an operation for API keys: it runs for accepted calls, and refused ones hear why. */
export const keyEndpoint = <const Op extends Operation & { readonly access: 'key' }>(
  operation: Op,
  run: (request: ApiRequest<Op>) => Promise<Reply<Op>> | Reply<Op>,
) => endpoint(operation, run, [apiKey()]);

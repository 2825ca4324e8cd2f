import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { Problem } from './problem.ts';

const MAX_BYTES = 64 * 1024;
const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;

/**
 * Reads a request's JSON body.
 *
 * @throws Problem `payload_too_large` over 64 KB, `unsupported_media_type` for another media type, `invalid_request` for
 * an empty body or one that is not JSON.
 */
export function readJsonBody({ body = '', isBase64Encoded, headers }: APIGatewayProxyEventV2): unknown {
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > MAX_BYTES) {
    throw new Problem('payload_too_large', `The body has ${bytes.length} bytes; at most ${MAX_BYTES} are allowed`);
  }
  if (bytes.length === 0) throw new Problem('invalid_request', 'A JSON body is required, and there is none');
  const type = headers['content-type'] ?? 'none';
  if (!JSON_TYPE.test(type)) {
    throw new Problem(
      'unsupported_media_type',
      `The content type is ${type.slice(0, 100)}; application/json is allowed`,
    );
  }
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new Problem('invalid_request', 'The body is not valid JSON', { cause });
  }
}

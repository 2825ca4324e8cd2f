import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { withoutSecrets } from '../keys/redaction.ts';
import { Problem } from './problem.ts';

const MAX_BYTES = 64 * 1024;
const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;

/** What takes the place of bytes that are no UTF-8, in the gateway or here: two texts that differ become one. */
const LOST = '\uFFFD';

/**
 * Reads a request's JSON body.
 *
 * @throws Problem `payload_too_large` over 64 KB, `unsupported_media_type` for another media type, `invalid_request` for
 * an empty body or one that is not JSON in UTF-8.
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
      `The content type is ${withoutSecrets(type).slice(0, 100)}; application/json is allowed`,
    );
  }
  const text = bytes.toString('utf8');
  if (text.includes(LOST)) throw new Problem('invalid_request', 'The body is not valid UTF-8');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Problem('invalid_request', 'The body is not valid JSON', { cause });
  }
}

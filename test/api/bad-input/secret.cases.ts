import { randomBytes } from 'node:crypto';
import { makeSecret } from '../../../lib/keys/secret.ts';
import { BAD_EMAIL, BAD_IP, BAD_KEY_ID, BAD_SCOPE, type Case, EMAIL, MINE } from './case.ts';

/** A good key, sent where none belongs. */
export const SECRET = makeSecret('live', randomBytes);

export const SECRETS: readonly Case[] = [
  {
    title: 'in fields, names and values',
    body: {
      email: SECRET,
      name: SECRET,
      environment: SECRET,
      scopes: [SECRET],
      allowedIps: [SECRET],
      [SECRET]: 1,
      [`my ${SECRET}`]: 1,
    },
    errors: [
      ['email', `${BAD_EMAIL}, given "sk_live_…"`],
      ['name', 'Invalid text: expected no API key, given "sk_live_…"'],
      ['environment', 'Invalid option: expected one of "live"|"test", given "sk_live_…"'],
      ['scopes[0]', BAD_SCOPE],
      ['allowedIps[0]', `${BAD_IP} such as 192.0.2.0/24 or 2001:db8::/32, given "sk_live_…"`],
      ['sk_live_…', 'Unknown field'],
      ['my sk_live_…', 'Unknown field'],
    ],
  },
  {
    title: 'inside of a name',
    body: { email: EMAIL, name: `for ${SECRET}.` },
    errors: [['name', 'Invalid text: expected no API key']],
  },
  { title: 'instead of a body', body: SECRET, detail: 'The body is not valid JSON' },
  {
    title: 'in a media type',
    body: '{}',
    headers: { 'content-type': `text/${SECRET}` },
    code: 'unsupported_media_type',
    detail: 'The content type is text/sk_live_…; application/json is allowed',
  },
  {
    title: 'in an Idempotency-Key',
    body: { email: EMAIL },
    headers: { 'idempotency-key': `${SECRET} ${SECRET}` },
    errors: [
      [
        'headers.idempotency-key',
        'Invalid Idempotency-Key: expected 1 to 255 visible ASCII characters, given "sk_live_… sk_live_…"',
      ],
    ],
  },
  {
    title: 'in path and query',
    target: `DELETE ${MINE}/${SECRET}?${SECRET}=${SECRET}`,
    errors: [
      ['path.keyId', `${BAD_KEY_ID}, given "sk_live_…"`],
      ['query.sk_live_…', 'Unknown field'],
    ],
  },
];

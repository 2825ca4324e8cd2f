import { type Case, EMAIL, KEYS, withField } from './case.ts';

const KB = 1024;

/** A good new key around bytes in its name. */
const withBytes = (...bytes: number[]): Uint8Array =>
  Buffer.concat([Buffer.from(`{"email":"${EMAIL}","name":"`), Buffer.from(bytes), Buffer.from('"}')]);

/** A good new key of so many bytes. */
export const padded = (bytes: number): string => withField('name', '"a"').padEnd(bytes, ' ');

export const NOT_JSON: readonly Case[] = [
  { title: 'no body', target: `POST ${KEYS}`, detail: 'A JSON body is required, and there is none' },
  { title: 'an empty body', body: '', detail: 'A JSON body is required, and there is none' },
  { title: 'spaces', body: '  ', detail: 'The body is not valid JSON' },
  { title: 'no JSON', body: 'nope', detail: 'The body is not valid JSON' },
  { title: 'half of an object', body: `{"email":"${EMAIL}"`, detail: 'The body is not valid JSON' },
  { title: 'an object and more', body: `{"email":"${EMAIL}"}{}`, detail: 'The body is not valid JSON' },
  { title: 'NaN', body: withField('expiresInDays', 'NaN'), detail: 'The body is not valid JSON' },
  { title: 'a byte order mark', body: `\ufeff{"email":"${EMAIL}"}`, detail: 'The body is not valid JSON' },
  { title: 'UTF-16', body: Buffer.from(`{"email":"${EMAIL}"}`, 'utf16le'), detail: 'The body is not valid JSON' },
  { title: 'bytes that are no UTF-8', body: withBytes(0xff, 0xfe), detail: 'The body is not valid UTF-8' },
  { title: 'half of a UTF-8 character', body: withBytes(0xf0, 0x9f), detail: 'The body is not valid UTF-8' },
  { title: 'an overlong UTF-8 slash', body: withBytes(0xc0, 0xaf), detail: 'The body is not valid UTF-8' },
  { title: 'a surrogate in UTF-8', body: withBytes(0xed, 0xa0, 0x80), detail: 'The body is not valid UTF-8' },
  {
    title: 'bytes that are no UTF-8, in a body that the gateway passes on as base64',
    body: withBytes(0xff),
    headers: { 'content-type': 'application/merge-patch+json' },
    detail: 'The body is not valid UTF-8',
  },
];

export const MEDIA: readonly Case[] = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'application/jsonx',
  'text/json',
].map((type) => ({
  title: `the media type ${type}`,
  body: withField('name', '"a"'),
  headers: { 'content-type': type },
  code: 'unsupported_media_type',
  detail: `The content type is ${type}; application/json is allowed`,
}));

export const SIZE: readonly Case[] = [
  [64 * KB + 1, '1 byte over 64 KB'],
  [1024 * KB, '1 MB'],
].map(([bytes, title]) => ({
  title: `${title}`,
  body: padded(Number(bytes)),
  code: 'payload_too_large',
  detail: `The body has ${bytes} bytes; at most 65536 are allowed`,
}));

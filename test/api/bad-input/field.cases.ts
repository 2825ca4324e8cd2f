import { BAD_EMAIL, BAD_IP, BAD_SCOPE, BAD_TEXT, type Case, EMAIL, withField } from './case.ts';

const IPS = [
  '256.0.0.1',
  '1.2.3',
  '01.2.3.4',
  '1.2.3.4/',
  '10.0.0.0/33',
  '::/129',
  '::g',
  'fe80::1%eth0',
  'localhost',
  ' ::1',
  '',
];
const SCOPES = ['', 'Orders', '1st', 'a b', 'a'.repeat(65), 'ä', 'a\n', 'a\0'];

export const FIELDS: readonly Case[] = [
  {
    title: 'lone surrogates',
    body: '{"email":"a\\ud800@example.com","name":"\\udc00","scopes":["a\\ud800"],"\\ud800":1}',
    errors: [
      ['email', `${BAD_EMAIL}, given "a\\ud800@example.com"`],
      ['name', `${BAD_TEXT}, given "\\udc00"`],
      ['scopes[0]', BAD_SCOPE],
      ['\ud800', 'Unknown field'],
    ],
  },
  {
    title: 'NUL',
    body: '{"email":"a\\u0000@example.com","name":"a\\u0000b","environment":"live\\u0000"}',
    errors: [
      ['email', `${BAD_EMAIL}, given "a\\u0000@example.com"`],
      ['name', `${BAD_TEXT}, given "a\\u0000b"`],
      ['environment', 'Invalid option: expected one of "live"|"test"'],
    ],
  },
  ...['1e400', '-1e400', '1e308', '9007199254740993', '3651', '0', '-0', '-1', '1.5', '5e-324'].map((number) => ({
    title: `a life of ${number} days`,
    body: withField('expiresInDays', number),
    errors: [['expiresInDays', '']] as const,
  })),
  {
    title: 'numbers out of bounds inside',
    body: `{"email":"${EMAIL}","quota":{"limit":1e400,"period":"year"},"rateLimits":[{"name":"A","limit":0,"windowSeconds":86401}]}`,
    errors: [
      ['rateLimits[0].name', 'Invalid name: expected [a-z][a-z0-9_-]{0,31}'],
      ['rateLimits[0].limit', 'Too small: expected number to be >=1, given 0'],
      ['rateLimits[0].windowSeconds', 'Too big: expected number to be <=86400, given 86401'],
      ['quota.limit', 'Invalid input: expected number, received Infinity'],
      ['quota.period', 'Invalid option: expected one of "day"|"month", given "year"'],
    ],
  },
  {
    title: 'strings that are too long',
    body: { email: `${'x'.repeat(250)}@e.co`, name: 'x'.repeat(101) },
    errors: [
      ['email', `${BAD_EMAIL}, given "${'x'.repeat(39)}…`],
      ['name', `Too big: expected string to have <=100 characters, given "${'x'.repeat(39)}…`],
    ],
  },
  { title: 'a name of spaces', body: { email: EMAIL, name: '   ' }, errors: [['name', 'Too small']] },
  {
    title: '51 scopes',
    body: { email: EMAIL, scopes: Array.from({ length: 51 }, (_, i) => `s${i}`) },
    errors: [['scopes', 'Too big: expected array to have <=50 items']],
  },
  {
    title: 'scopes out of shape',
    body: { email: EMAIL, scopes: SCOPES },
    errors: SCOPES.map((_, i) => [`scopes[${i}]`, BAD_SCOPE] as const),
  },
  {
    title: 'addresses and CIDRs out of shape',
    body: { email: EMAIL, allowedIps: IPS },
    errors: IPS.map(
      (ip, i) => [`allowedIps[${i}]`, `${BAD_IP} such as 192.0.2.0/24 or 2001:db8::/32, given "${ip}"`] as const,
    ),
  },
  {
    title: '51 addresses',
    body: { email: EMAIL, allowedIps: Array.from({ length: 51 }, (_, i) => `192.0.2.${i}`) },
    errors: [['allowedIps', 'Too big: expected array to have <=50 items']],
  },
  {
    title: 'two limits of one name',
    body: { email: EMAIL, rateLimits: [1, 2].map((limit) => ({ name: 'burst', limit, windowSeconds: limit })) },
    errors: [['rateLimits', 'Names must differ']],
  },
  {
    title: 'four limits',
    body: { email: EMAIL, rateLimits: ['a', 'b', 'c', 'd'].map((name) => ({ name, limit: 1, windowSeconds: 1 })) },
    errors: [['rateLimits', 'Too big: expected array to have <=3 items']],
  },
  {
    title: 'a header and a field at once',
    body: { email: 'ada' },
    headers: { 'idempotency-key': 'a b' },
    errors: [
      ['headers.idempotency-key', 'Invalid Idempotency-Key: expected 1 to 255 visible ASCII characters, given "a b"'],
      ['email', `${BAD_EMAIL}, given "ada"`],
    ],
  },
  {
    title: 'a wrong type in a body that the gateway passes on as base64',
    body: '{"email":1}',
    headers: { 'content-type': 'application/merge-patch+json' },
    errors: [['email', 'Invalid input: expected string, received number, given 1']],
  },
];

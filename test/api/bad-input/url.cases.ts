import { BAD_EMAIL, BAD_KEY_ID, type Case, EMAIL, KEYS, MINE, USAGE } from './case.ts';

const BEFORE = 'Invalid span: expected from before to';
const TWO_YEARS = 'Invalid span: expected 2 years at most';
const YEARS = 'Invalid instant: expected a year from 1970 to 9999';

export const URLS: readonly Case[] = [
  {
    title: 'path and query at once',
    target: `${KEYS}/nope?include=all&foo=1&__proto__=1`,
    errors: [
      ['path.email', `${BAD_EMAIL}, given "nope"`],
      ['query.include', 'Invalid input: expected "revoked", given "all"'],
      ['query.foo', 'Unknown field'],
      ['query.__proto__', 'Unknown field'],
    ],
  },
  { title: 'include twice', target: `${MINE}?include=revoked&include=revoked`, errors: [['query.include', '']] },
  { title: 'NUL in the email', target: `${KEYS}/ada%00@example.com`, errors: [['path.email', BAD_EMAIL]] },
  {
    title: 'a key id that is none, and a query',
    target: `DELETE ${MINE}/01kapz?x=1`,
    errors: [
      ['path.keyId', `${BAD_KEY_ID}, given "01kapz"`],
      ['query.x', 'Unknown field'],
    ],
  },
  { title: 'a query to revoke all', target: `DELETE ${MINE}?keyId=1`, errors: [['query.keyId', 'Unknown field']] },
  {
    title: 'a body to revoke all, which names one',
    target: `DELETE ${MINE}`,
    body: { keyId: '01KAPZ00000000000000000000' },
    errors: [['keyId', 'Unknown field']],
  },
  {
    title: 'a body to end a grace',
    target: `POST ${MINE}/01KAPZ00000000000000000000/end-grace`,
    body: { gracePeriodSeconds: 3_600 },
    errors: [['gracePeriodSeconds', 'Unknown field']],
  },
  {
    title: 'a query to make a key',
    target: `POST ${KEYS}?name=ci`,
    body: { email: EMAIL },
    errors: [['query.name', 'Unknown field']],
  },
  ...['/api/plans', '/api/health', '/api/openapi.json'].map((path) => ({
    title: `a query to ${path}`,
    target: `${path}?plan=pro`,
    errors: [['query.plan', 'Unknown field']] as const,
  })),
  {
    title: 'usage: nothing right',
    target: `${USAGE}?from=yesterday&to=1&granularity=week&keyId=x&route=${'x'.repeat(257)}&x=1`,
    errors: [
      ['query.from', 'Invalid ISO datetime, given "yesterday"'],
      ['query.to', 'Invalid ISO datetime, given "1"'],
      ['query.granularity', 'Invalid option: expected one of "minute"|"hour"|"day", given "week"'],
      ['query.keyId', `${BAD_KEY_ID}, given "x"`],
      ['query.route', 'Too big: expected string to have <=256 characters'],
      ['query.x', 'Unknown field'],
    ],
  },
  ...(
    [
      ['from after to', 'from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', 'from', BEFORE],
      ['from at to', 'from=2026-01-01T00:00:00Z&to=2026-01-01T00:00:00Z', 'from', BEFORE],
      ['from in the future', 'from=2999-01-01T00:00:00Z', 'from', BEFORE],
      ['over 2 years', 'from=2024-01-01T00:00:00Z&to=2026-01-01T00:00:00.001Z', 'from', TWO_YEARS],
      ['a day that is none', 'from=2026-02-30T00:00:00Z', 'from', 'Invalid ISO datetime'],
      ['a date without a time', 'from=2026-01-01', 'from', 'Invalid ISO datetime'],
      ['a time without a zone', 'from=2026-01-01T00:00:00', 'from', 'Invalid ISO datetime'],
      ['the year 0', 'to=0000-01-01T00:00:00Z', 'to', YEARS],
      ['the year 10000, by its zone', 'to=9999-12-31T23:59:59-23:59', 'to', YEARS],
    ] as const
  ).map(([title, query, field, message]) => ({
    title: `usage: ${title}`,
    target: `${USAGE}?${query}`,
    errors: [[`query.${field}`, message]] as const,
  })),
];

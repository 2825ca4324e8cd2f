import { type Case, withField } from './case.ts';

const nested = (depth: number, open: string, close: string): string => open.repeat(depth) + close.repeat(depth);

const NO_OBJECT = 'Invalid input: expected object, received ';
export const SHAPES: readonly Case[] = [
  { title: 'a list', body: '[]', errors: [['', `${NO_OBJECT}array`]] },
  { title: 'null', body: 'null', errors: [['', `${NO_OBJECT}null`]] },
  { title: 'text', body: '"ada"', errors: [['', `${NO_OBJECT}string, given "ada"`]] },
  { title: 'a number over every bound', body: '1e400', errors: [['', `${NO_OBJECT}Infinity`]] },
  { title: 'lists in lists, 32,768 deep', body: nested(32_768, '[', ']'), errors: [['', `${NO_OBJECT}array`]] },
  {
    title: 'a field that is lists in lists, 30,000 deep',
    body: withField('quota', nested(30_000, '[', ']')),
    errors: [['quota', `${NO_OBJECT}array`]],
  },
  {
    title: 'an unknown field, objects in objects, 10,000 deep',
    body: withField('x', `${'{"x":'.repeat(10_000)}1${'}'.repeat(10_000)}`),
    errors: [['x', 'Unknown field']],
  },
  {
    title: 'a wrong type in every field',
    body: {
      email: 1,
      name: {},
      environment: 'prod',
      expiresInDays: '1',
      scopes: 'a',
      allowedIps: {},
      rateLimits: [1, { name: 1, limit: '1', windowSeconds: null }],
      quota: [],
    },
    errors: [
      ['email', 'Invalid input: expected string, received number, given 1'],
      ['name', 'Invalid input: expected string, received object'],
      ['environment', 'Invalid option: expected one of "live"|"test", given "prod"'],
      ['expiresInDays', 'Invalid input: expected number, received string, given "1"'],
      ['scopes', 'Invalid input: expected array, received string, given "a"'],
      ['allowedIps', 'Invalid input: expected array, received object'],
      ['rateLimits[0]', `${NO_OBJECT}number, given 1`],
      ['rateLimits[1].name', 'Invalid input: expected string, received number, given 1'],
      ['rateLimits[1].limit', 'Invalid input: expected number, received string, given "1"'],
      ['rateLimits[1].windowSeconds', 'Invalid input: expected number, received null'],
      ['quota', `${NO_OBJECT}array`],
    ],
  },
  { title: 'no field', body: {}, errors: [['email', 'Missing: expected string']] },
  {
    title: 'unknown fields, also inside, also those of the store',
    body: withField('plan', '"scale","slot":"0","isAdmin":true,"quota":{"limit":1,"period":"day","used":0}'),
    errors: [
      ['quota.used', 'Unknown field'],
      ['plan', 'Unknown field'],
      ['slot', 'Unknown field'],
      ['isAdmin', 'Unknown field'],
    ],
  },
  {
    title: 'names of Object.prototype',
    body: withField('__proto__', '{"isAdmin":true},"constructor":{"prototype":{}},"toString":1'),
    errors: [
      ['__proto__', 'Unknown field'],
      ['constructor', 'Unknown field'],
      ['toString', 'Unknown field'],
    ],
  },
  {
    title: 'names of Object.prototype inside',
    body: withField('rateLimits', '[{"name":"a","limit":1,"windowSeconds":1,"__proto__":{},"constructor":1}]'),
    errors: [
      ['rateLimits[0].__proto__', 'Unknown field'],
      ['rateLimits[0].constructor', 'Unknown field'],
    ],
  },
];

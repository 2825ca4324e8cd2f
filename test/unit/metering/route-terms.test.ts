import { expect, test } from 'vitest';
import { DEFAULT_TERMS } from '../../../lib/metering/call.ts';
import { readRouteTerms } from '../../../lib/metering/route-terms.ts';

const declared = {
  'GET /api/orders/{id}': { cost: 5 },
  'POST /api/orders': { scopes: ['orders:write'], environments: ['live'], explained: true },
};
const find = readRouteTerms(JSON.stringify(declared));

test.each([
  [
    'what it declares and else the defaults',
    'GET /api/orders/{id}',
    { cost: 5, scopes: [], environments: ['live', 'test'] },
    false,
  ],
  ['all that it declares', 'POST /api/orders', { cost: 1, scopes: ['orders:write'], environments: ['live'] }, true],
  ['the defaults when it declares nothing', 'GET /api/orders', DEFAULT_TERMS, false],
  ['the defaults under a name of every object', 'constructor', DEFAULT_TERMS, false],
])('a route has %s', (_, route, terms, explained) => {
  expect(find(route)).toEqual({ terms, explained });
});

test('text that is no JSON fails when it is read, not at a call', () => {
  expect(() => readRouteTerms('{')).toThrow(SyntaxError);
});

import { expect, test } from 'vitest';
import { agrees, reconcile } from '../../../bench/load/reconcile.ts';

const traffic = { sent: 10, statuses: { 200: 7, 429: 3 } };
const counted = { accepted: 7, requests: 10, rejected: 3, statuses: { 200: 7, 429: 3 } };

const differing = (...[client, service]: Parameters<typeof reconcile>) =>
  reconcile(client, service)
    .filter((row) => !agrees(row))
    .map(({ name, expected, found }) => [name, expected, found]);

test('all counts agree where client, exact counter and analytics saw the same, refusals included', () => {
  expect(differing(traffic, counted)).toEqual([]);
});

test.each([
  [
    'a request without an answer',
    { ...traffic, sent: 11 },
    counted,
    ['answered', 'analytics: requests', 'exact counter: accepted'],
  ],
  ['a call that the analytics lack', traffic, { ...counted, requests: 9 }, ['analytics: requests']],
  ['a call that was counted twice', traffic, { ...counted, accepted: 8 }, ['exact counter: accepted']],
  [
    'a status that the client did not see',
    traffic,
    { ...counted, statuses: { 200: 7, 429: 3, 500: 1 } },
    ['analytics: status 500'],
  ],
  ['a status that the analytics lack', traffic, { ...counted, statuses: { 200: 7 } }, ['analytics: status 429']],
])('%s is told', (_, client, service, names) => {
  expect(differing(client, service).map(([name]) => name)).toEqual(names);
});

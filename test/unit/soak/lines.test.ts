import { expect, test } from 'vitest';
import { Lines } from '../../../bench/soak/lines.ts';
import { Tally } from '../../../bench/soak/tally.ts';

test('a killed gateway may take along the lines of its last 10 s, and of answers heard of late, and no others', () => {
  const [lines, tally] = [new Lines(), new Tally()];
  for (const at of [1_000, 5_000, 9_999, 10_000, 19_000]) lines.add(tally, 'accepted', at);
  lines.gatewayKilled(20_000);
  expect(tally).toMatchObject({ logged: 5, atRisk: 2 });
  lines.add(tally, 'refused', 20_001);
  lines.gatewayReady();
  lines.add(tally, 'refused', 21_000);
  expect(tally).toMatchObject({ logged: 7, atRisk: 3 });
});

test('a line is at risk once only, and that of a call of unknown outcome is not promised at all', () => {
  const [lines, tally] = [new Lines(), new Tally()];
  lines.add(tally, 'accepted', 1_000);
  lines.add(tally, 'unknown', 1_000);
  lines.add(tally, 'unsent', 1_000);
  lines.gatewayKilled(1_500);
  lines.gatewayReady();
  lines.gatewayKilled(2_000);
  expect(tally).toMatchObject({ logged: 1, maybeLogged: 1, atRisk: 1 });
});

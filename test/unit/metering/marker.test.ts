import { expect, test } from 'vitest';
import { bears, createMarkers, drawContainer, type Marker } from '../../../lib/metering/marker.ts';
import { accountWith, NOW } from '../../support/records.ts';

const PLACES = [...'0123456789A'].map((place) => `m${place}`);
/** Every place is taken; the marker at `mA` is the oldest. */
const FULL = Object.fromEntries(
  PLACES.map((name, index) => [name, `zzzzz${index.toString(36)}0${name === 'mA' ? 0 : 1}00000`]),
);

test.each<[string, Record<string, string>, string, string]>([
  ['the place of its turn, when all are free', {}, '000003', 'm3'],
  ['the place it has, wherever that is', { m9: '0000030000007' }, '000003', 'm9'],
  ['the next free place, when another has its turn', { m3: 'zzzzzz0000000' }, '000003', 'm4'],
  ['the first place after the last', { mA: 'zzzzzz0000000' }, '00000a', 'm0'],
  ['the place that was not used for longest, when none is free', FULL, '000003', 'mA'],
])('a container takes %s', (_, item, container, attribute) => {
  const marker = createMarkers(container)(accountWith(item), NOW);
  expect(marker.attribute).toBe(attribute);
  expect(marker.value).toMatch(new RegExp(`^${container}[0-9a-z]{7}$`));
});

const MOMENT = Math.floor((NOW - Date.UTC(2026, 0, 1)) / 10);
const at = (container: string, moment: number) => ({ m3: container + moment.toString(36).padStart(7, '0') });
const all = (moment: number): Record<string, string> =>
  Object.fromEntries(PLACES.map((place) => [place, at('zzzzzz', moment).m3]));
test.each<[string, Record<string, string>, Marker['over']]>([
  ['that it is free', {}, { kind: 'nothing' }],
  ['nothing of its own', at('000003', MOMENT - 90_000), { kind: 'any' }],
  [
    'nothing of one that charged ten minutes ago',
    { ...all(MOMENT), ...at('00000j', MOMENT - 60_000) },
    { kind: 'any' },
  ],
])('of its place it insists on %s', (_, item, expected) => {
  const markers = createMarkers('000003');
  expect(markers(accountWith(item), NOW).over).toEqual(expected);
});

test('of a place whose container is gone it insists that nobody else took it', () => {
  const item = all(MOMENT - 60_001);
  expect(createMarkers('000003')(accountWith(item), NOW)).toMatchObject({
    attribute: 'm3',
    over: { kind: 'gone', marker: item.m3 },
  });
});

test('each marker of a container is later than the one before, also where the clock stands still or goes back', () => {
  const next = createMarkers('000003');
  const values = [NOW, NOW, NOW - 60_000, NOW + 5, NOW + 1_000].map((now) => next(accountWith({}), now).value);
  expect(values.toSorted()).toEqual(values);
  expect(new Set(values).size).toBe(values.length);
});

test('a container’s name has six characters of base 36', () => {
  expect(drawContainer(() => 0)).toBe('000000');
  expect(drawContainer((below) => below - 1)).toBe('zzzzzz');
});

test('an account bears the marker of the last call, and of no other call or container', () => {
  const account = accountWith({ m3: '0000030000007' });
  const bearsAt = (attribute: string, value: string) => bears(account, { attribute, value, over: { kind: 'nothing' } });
  expect(bearsAt('m3', '0000030000007')).toBe(true);
  expect(bearsAt('m3', '0000030000008')).toBe(false);
  expect(bearsAt('m3', '0000130000007')).toBe(false);
  expect(bearsAt('m4', '0000030000007')).toBe(false);
});

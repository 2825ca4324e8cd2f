import { expect, test } from 'vitest';
import { itemSize } from '../../../bench/support/item-size.ts';
import { accountKey, cell, type HotItem, hot, SLOTS } from '../../../lib/accounts/account.ts';
import { createMarkers } from '../../../lib/metering/marker.ts';
import { periodIndex } from '../../../lib/metering/periods.ts';
import { windowIndex } from '../../../lib/metering/windows.ts';
import { accountWith, emailOf, NOW } from '../../support/records.ts';

test('the account of ten keys, two windows each and the plan’s, all active in 11 containers, is under 1,024 bytes', () => {
  const email = emailOf(`${'a'.repeat(52)}@example.com`);
  const month = periodIndex('month', NOW);
  const twoCells = (prefix: string, seconds: number, count: number): HotItem => {
    const index = windowIndex(seconds, NOW);
    return { [cell(prefix, index)]: count, [cell(prefix, index - 1)]: count };
  };
  const keys = SLOTS.slice(0, 10).map((slot) => ({
    [hot.keyVersion(slot)]: 8_999,
    [hot.requests(slot)]: 1_234_567,
    [hot.lastUsed(slot)]: NOW + 717,
    ...twoCells(hot.keyWindow(slot, 0), 1, 1_234),
    ...twoCells(hot.keyWindow(slot, 1), 60, 1_234),
  }));
  let item: HotItem = Object.assign(
    {
      ...accountKey(email),
      [hot.version]: 8_999,
      [hot.refund]: 'x000000abcdef',
      [hot.plan]: 'scale',
      [hot.listed]: 'a',
      [hot.topUpAt]: 100_000,
      [hot.purchasedCredits]: 123_456,
      [hot.purchasedSpent]: 1_234_567,
      [cell(hot.includedSpent, month - 1)]: 1_234_567,
      [cell(hot.includedSpent, month)]: 1_234_567,
      [cell(hot.accountQuota('month'), month)]: 1_234_567,
      ...twoCells(hot.planWindow(0), 60, 12_345),
    },
    ...keys,
  );
  for (let container = 0; container < 11; container++) {
    const { attribute, value } = createMarkers(`x${container.toString(36).padStart(5, '0')}`)(accountWith(item), NOW);
    item = { ...item, [attribute]: value };
  }
  expect(Object.keys(item).filter((name) => name.startsWith('m'))).toHaveLength(11);
  console.log(`the fullest account: ${itemSize(item)} bytes`);
  expect(itemSize(item)).toBeLessThan(1_024);
});

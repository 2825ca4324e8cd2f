import { expect, test } from 'vitest';
import { readAccount } from '../../lib/accounts/account.store.ts';
import { hot } from '../../lib/accounts/account.ts';
import { newContainer } from '../support/container.ts';
import { changeKey, madeKey, newUser, revoke } from '../support/keys.ts';
import { NOW } from '../support/records.ts';
import { describeOnEngines } from '../support/store.ts';

describeOnEngines('counters', (store) => {
  test('a key in the slot of a revoked one begins with its own quota and windows', async () => {
    const db = store.connect();
    const email = newUser();
    const limits = {
      quota: { limit: 2, period: 'day' },
      rateLimits: [{ name: 'own', limit: 2, windowSeconds: 60 }],
    } as const;
    const old = await madeKey(db, email);
    await changeKey(db, old.key, limits);
    const container = newContainer(store);
    for (let i = 0; i < 2; i++) await container.check(old.secret);
    await revoke(db, old.key);
    await madeKey(db, email);
    const next = await madeKey(db, email);
    expect(next.key.slot).toBe(old.key.slot);
    await changeKey(db, next.key, limits);
    expect((await newContainer(store).ask(next.secret))[0]).toBe('allowed');
  });

  test('a limit whose window was made longer leaves no counter of the shorter one for ever', async () => {
    const db = store.connect();
    const { key, secret } = await madeKey(db, newUser());
    const container = newContainer(store);
    for (let hour = 0; hour < 5; hour++) {
      for (const windowSeconds of [1, 3_600]) {
        await changeKey(db, key, { rateLimits: [{ name: 'own', limit: 100, windowSeconds }] });
        container.now = NOW + hour * 3_600_000 + windowSeconds;
        await container.check(secret);
      }
    }
    const { item } = await readAccount(db, key.email);
    expect(Object.keys(item).filter((name) => name.startsWith('W'))).toHaveLength(1);
  });

  test.each([5_000, 9_999])(
    'of windows are shared by a container whose clock is %i ms behind another’s',
    async (behind) => {
      const { key, secret } = await madeKey(store.connect(), newUser());
      await changeKey(store.connect(), key, { rateLimits: [{ name: 'own', limit: 10, windowSeconds: 1 }] });
      const [ahead, late] = [newContainer(store), newContainer(store)];
      late.now = NOW - behind;
      let accepted = 0;
      for (let call = 0; call < 20; call++) {
        for (const { check } of [ahead, late]) accepted += Number((await check(secret)).allowed);
      }
      // The late one may have looked before the other's first charge: that one call it counts in a window that is over.
      expect(accepted).toBeLessThanOrEqual(11);
      const { item } = await readAccount(store.connect(), key.email);
      expect(item[hot.lastUsed(key.slot ?? expect.fail())]).toBe(NOW);
    },
  );

  test('follow no clock that is far ahead', async () => {
    const { secret } = await madeKey(store.connect(), newUser());
    const [ahead, right] = [newContainer(store), newContainer(store)];
    ahead.now = NOW + 3_600_000;
    await ahead.check(secret);
    const verdict = await right.check(secret);
    expect(verdict.standing?.rateLimits[0]).toMatchObject({ remaining: 599, resetSeconds: 60 });
  });
});

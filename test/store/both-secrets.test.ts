import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { readAccount } from '../../lib/accounts/account.store.ts';
import { cell, hot } from '../../lib/accounts/account.ts';
import { PLANS } from '../../lib/accounts/plans.ts';
import { rotateKey } from '../../lib/keys/edit-key.store.ts';
import { makeSecret } from '../../lib/keys/secret.ts';
import { periodIndex } from '../../lib/metering/periods.ts';
import { newContainer } from '../support/container.ts';
import { setHot } from '../support/hot-item.ts';
import { changeKey, contextOf, madeKey, newUser } from '../support/keys.ts';
import { NOW } from '../support/records.ts';
import { describeOnAnEngine } from '../support/store.ts';

describeOnAnEngine('in a grace, 64 callers with either secret and a rotation between them', (store) => {
  test.each([
    ['are let in as often as the one limit says', 'limit', 50],
    ['spend as many credits as there are', 'credits', 37],
    ['use the one quota', 'quota', 41],
  ])('%s', async (_, kind, allowed) => {
    const db = store.connect();
    const email = newUser();
    const { key, secret } = await madeKey(db, email);
    if (kind === 'limit')
      await changeKey(db, key, { rateLimits: [{ name: 'own', limit: allowed, windowSeconds: 60 }] });
    if (kind === 'quota') await changeKey(db, key, { quota: { limit: allowed, period: 'day' } });
    const spent = cell(hot.includedSpent, periodIndex('month', NOW));
    if (kind === 'credits') await setHot(db, email, { [spent]: PLANS.free.includedCredits - 30, c: allowed - 30 });

    const rotate = () =>
      rotateKey(db, contextOf(email), { keyId: key.keyId }, () => makeSecret('live', randomBytes), 3_600);
    const secrets = [secret, (await rotate()).secret ?? expect.fail()];
    const callers = Array.from({ length: 64 }, async (_, caller) => {
      const container = newContainer(store);
      let accepted = 0;
      for (let call = 0; call < 2; call++) {
        const verdict = await container.check(secrets[(caller + call) % 2]);
        if (verdict.allowed) accepted += 1;
      }
      return accepted;
    });
    const accepted = await Promise.all([...callers, rotate().then(() => 0)]);
    expect(accepted.reduce((sum, count) => sum + count)).toBe(allowed);
    const { item } = await readAccount(db, email);
    expect(item[hot.requests(key.slot ?? expect.fail())]).toBe(allowed);
  });
});

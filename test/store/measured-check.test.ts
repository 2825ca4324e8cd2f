import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { makeSecret } from '../../lib/keys/secret.ts';
import { FLUSH_MS } from '../../lib/metrics/check-metrics.ts';
import { createMeasuredCheck } from '../../lib/metrics/measured-check.ts';
import { containerName } from '../support/container.ts';
import { madeKey, newUser } from '../support/keys.ts';
import { NOW } from '../support/records.ts';
import { commands, describeOnEngines, type Intercept, type Store } from '../support/store.ts';

/** A container of the deployed check, called so seldom that each call is told with itself. */
function measuredContainer(store: Store, intercept?: Intercept) {
  const db = store.connect(intercept);
  const lines: string[] = [];
  let now = NOW;
  let stopwatch = 0;
  const check = createMeasuredCheck(db, {
    clock: () => now,
    stopwatch: () => stopwatch++,
    container: containerName(),
    write: (line) => lines.push(line),
  });
  const ask = async (secret: string) => {
    now += FLUSH_MS;
    const before = db.sent.length;
    const outcome = await check(secret).then(
      ({ allowed }) => allowed,
      (error: Error) => error.name,
    );
    const [all] = lines.splice(0);
    return { outcome, sent: commands(db.sent.slice(before)).length, told: JSON.parse(all ?? expect.fail()) };
  };
  return { ask };
}

describeOnEngines('the metrics of a check', (store) => {
  test('tell as many requests as were sent: three at first sight, then one, and of what is no key none', async () => {
    const { secret } = await madeKey(store.connect(), newUser());
    const { ask } = measuredContainer(store);
    const calls = [secret, secret, makeSecret('live', randomBytes), 'garbage'];
    for (const [index, expected] of [3, 1, 1, 0].entries()) {
      const { sent, told } = await ask(calls[index] ?? '');
      expect([sent, told.DynamoDBCalls]).toEqual([expected, [expected]]);
      expect(told).toMatchObject({ ContentionRetries: 0, CheckLatency: [1], FailedClosed: 0 });
    }
  });

  test('tell the credits that were charged, and nothing for a refusal', async () => {
    const { secret } = await madeKey(store.connect(), newUser());
    const { ask } = measuredContainer(store);
    expect((await ask(secret)).told).toMatchObject({ Allowed: 1, Refused: 0, CreditsCharged: 1 });
    expect((await ask('garbage')).told).toMatchObject({ Allowed: 0, Refused: 1, CreditsCharged: 0 });
  });

  test('tell a charge that was refused because another container had changed the account', async () => {
    const owner = newUser();
    const { secret } = await madeKey(store.connect(), owner);
    let others = 0;
    const { ask } = measuredContainer(store, async (command, proceed) => {
      if (command === 'UpdateItem' && others-- > 0) await madeKey(store.connect(), owner);
      return proceed();
    });
    await ask(secret);
    others = 1;
    expect((await ask(secret)).told).toMatchObject({ Allowed: 1, ContentionRetries: 1, DynamoDBCalls: [2] });
  });

  test('tell a call that DynamoDB did not answer, which was not let through', async () => {
    const { secret } = await madeKey(store.connect(), newUser());
    const { ask } = measuredContainer(store, async () => {
      throw Object.assign(new Error('no answer'), { name: 'TimeoutError' });
    });
    const { outcome, told } = await ask(secret);
    expect(outcome).toBe('TimeoutError');
    expect(told).toMatchObject({ FailedClosed: 1, Allowed: 0, Refused: 0, DynamoDBCalls: [1] });
  });
});

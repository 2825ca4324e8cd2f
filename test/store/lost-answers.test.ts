import { expect, test } from 'vitest';
import { createCheck } from '../../lib/metering/check.ts';
import { newContainer, warmContainer } from '../support/container.ts';
import { changeKey, madeKey, newUser, totals } from '../support/keys.ts';
import { NOW } from '../support/records.ts';
import { describeOnAnEngine, type Intercept } from '../support/store.ts';

const timedOut = () => Object.assign(new Error('the answer did not come in time'), { name: 'TimeoutError' });

function losing() {
  const fault: { next: (() => Promise<unknown>) | undefined; intercept: Intercept } = {
    next: undefined,
    intercept: async (command, proceed) => {
      const output = await proceed();
      const { next } = fault;
      if (command !== 'UpdateItem' || !next) return output;
      fault.next = undefined;
      await next();
      throw timedOut();
    },
  };
  return fault;
}

describeOnAnEngine('when an answer is lost or late', (store) => {
  test('two containers that start at once and have the same turn do not share a place', async () => {
    const { key, secret } = await madeKey(store.connect(), newUser());
    const fault = losing();
    let gate: (() => void) | undefined;
    const bothRead = new Promise<void>((resolve) => {
      gate = resolve;
    });
    let waiting = 0;
    const together: Intercept = async (command, proceed, input) => {
      const output = await fault.intercept(command, proceed, input);
      if (command === 'BatchGetItem') {
        if (++waiting === 2) gate?.();
        await bothRead;
      }
      return output;
    };
    const other: Intercept = async (command, proceed) => {
      const output = await proceed();
      if (command === 'BatchGetItem') {
        if (++waiting === 2) gate?.();
        await bothRead;
      }
      return output;
    };
    const x = createCheck(store.connect(together), () => NOW, '000003');
    const y = createCheck(store.connect(other), () => NOW, '00000j');
    await Promise.all([x(secret), y(secret)]);
    for (let i = 0; i < 3; i++) {
      await x(secret);
      await y(secret);
    }
    fault.next = () => y(secret);
    await x(secret);
    expect(await totals(store.connect(), key)).toMatchObject({ totalRequests: 10 });
  });

  test('two containers of the same turn do not share a place after twelve that are gone', async () => {
    const { key, secret } = await madeKey(store.connect(), newUser());
    for (let i = 0; i < 12; i++)
      await createCheck(store.connect(), () => NOW - 3_600_000, `zzzz${i.toString(36)}0`)(secret);
    const fault = losing();
    const x = createCheck(store.connect(fault.intercept), () => NOW, '000003');
    const y = createCheck(store.connect(), () => NOW, '00000j');
    for (let i = 0; i < 3; i++) {
      await x(secret);
      await y(secret);
    }
    fault.next = () => y(secret);
    await x(secret);
    expect(await totals(store.connect(), key)).toMatchObject({ totalRequests: 12 + 6 + 2 });
  });

  test('a request that arrives after its repeat and the next call is not charged', async () => {
    const { key, secret } = await madeKey(store.connect(), newUser());
    let hold = false;
    const held: (() => Promise<unknown>)[] = [];
    const container = await warmContainer(store, secret, async (command, proceed) => {
      if (command === 'UpdateItem' && hold) {
        hold = false;
        held.push(proceed);
        throw timedOut();
      }
      return proceed();
    });
    hold = true;
    await container.check(secret);
    await container.check(secret);
    await held[0]?.().catch(() => undefined);
    expect(await totals(store.connect(), key)).toMatchObject({ totalRequests: 3 });
  });

  test('a call that was charged is accepted, though its window rolled before it was answered', async () => {
    const { key, secret } = await madeKey(store.connect(), newUser());
    await changeKey(store.connect(), key, { rateLimits: [{ name: 'own', limit: 1, windowSeconds: 10 }] });
    const fault = losing();
    const container = newContainer(store, fault.intercept);
    container.now = NOW + 9_500;
    fault.next = async () => {
      container.now = NOW + 10_500;
    };
    const [answer] = await container.ask(secret);
    expect([answer, (await totals(store.connect(), key))?.totalRequests]).toEqual(['allowed', 1]);
  });

  test('a call that was charged is accepted, though its key expired before it was answered', async () => {
    const { key, secret } = await madeKey(store.connect(), newUser());
    await changeKey(store.connect(), key, { expiresAt: NOW + 1_000 });
    const fault = losing();
    const container = await warmContainer(store, secret, fault.intercept);
    fault.next = async () => {
      container.now = NOW + 1_000;
    };
    const [answer] = await container.ask(secret);
    expect([answer, (await totals(store.connect(), key))?.totalRequests]).toEqual(['allowed', 2]);
  });
});

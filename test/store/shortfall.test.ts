import { expect, test } from 'vitest';
import type { Email } from '../../lib/accounts/email.ts';
import { readBilling } from '../../lib/billing/billing.store.ts';
import { dueTopUp } from '../../lib/billing/due.ts';
import { setTopUp, topUp } from '../../lib/billing/top-up.store.ts';
import { writeAlert } from '../../lib/events/alerts.store.ts';
import type { EventRecord } from '../../lib/events/event.store.ts';
import { viewEvent } from '../../lib/events/event-view.ts';
import type { Secret } from '../../lib/keys/secret.ts';
import { DEFAULT_TERMS } from '../../lib/metering/call.ts';
import { spentThisMonth } from '../../lib/metering/credits.ts';
import type { Verdict } from '../../lib/metering/verdict.ts';
import { tally } from '../../lib/usage/batch.ts';
import { usageLine } from '../../lib/usage/usage-line.ts';
import { type Container, newContainer } from '../support/container.ts';
import { setHot } from '../support/hot-item.ts';
import { contextOf, eventsOf, madeKey, newUser } from '../support/keys.ts';
import { NOW } from '../support/records.ts';
import { describeOnAnEngine } from '../support/store.ts';
import { openTill, purchased } from '../support/till.ts';
import { eventOf, functionLine } from '../support/usage-lines.ts';

const till = openTill();
/** The greatest that one call may cost beside the plan's rate limit. */
const COST = 600;
const THRESHOLD = 100;

describeOnAnEngine('a call that needs more credits than are left', (store) => {
  const db = store.connect();

  /** A user with a saved method and as many purchased credits, whose account is topped up below the cost of a call. */
  async function stranded(left: number, monthlyCap = 9_000): Promise<{ email: Email; secret: Secret }> {
    const email = newUser();
    const { secret } = await madeKey(db, email);
    await till.buy(db, email, true);
    await leave(email, left);
    await allow(email, monthlyCap);
    return { email, secret };
  }

  const leave = (email: Email, left: number) =>
    setHot(db, email, { [spentThisMonth(NOW)]: 10_000, c: left, x: 10_000 - left });

  const allow = async (email: Email, monthlyCap: number): Promise<void> => {
    const set = await setTopUp(db, contextOf(email), { threshold: THRESHOLD, pack: 'small', monthlyCap });
    expect(set.kind).toBe('changed');
  };

  const call = (container: Container, secret: Secret, cost = COST): Promise<Verdict> =>
    container.check(secret, { terms: { ...DEFAULT_TERMS, cost } });

  /** What becomes of a call once the log tells of it: the recorder writes events, and the bus tells of those that are new. */
  async function record(email: Email, verdict: Verdict, at: number): Promise<number> {
    const before = new Set((await eventsOf(store, email)).map(({ eventId }) => eventId));
    const line = usageLine(verdict, { requestId: 'r', at, route: 'GET /big', ip: '', status: 402 }) ?? {};
    for (const alert of tally([eventOf(functionLine({ ...line }), at)]).alerts) await writeAlert(db, alert);
    const told = (await eventsOf(store, email)).filter(
      ({ eventId }) => !before.has(eventId),
    ) as unknown as EventRecord[];
    const due = told.filter(({ type }) => type === 'top_up.due');
    for (const event of due) {
      await topUp(db, till.provider, dueTopUp({ version: '1', email, ...viewEvent(event) }), at);
      till.newNotices();
    }
    return due.length;
  }

  async function refused(container: Container, secret: Secret, email: Email): Promise<number> {
    const verdict = await call(container, secret);
    expect(verdict).toMatchObject({ allowed: false, refusal: { code: 'insufficient_credits' } });
    return record(email, verdict, container.now);
  }

  test('leads to one top-up, however often it is refused, and then is made', async () => {
    const { email, secret } = await stranded(COST - 1);
    const container = newContainer(store);
    const early = await Promise.all([1, 2, 3].map(() => call(container, secret)));
    expect(await refused(container, secret, email)).toBe(1);
    // What was refused before the credits came, and is told of only now.
    for (const verdict of early) await record(email, verdict, NOW);
    expect(await purchased(db, email)).toBe(10_000 + COST - 1);
    expect((await readBilling(db, email)).charged?.amount).toBe(900);
    container.now += 2_000;
    expect((await call(container, secret)).allowed).toBe(true);
  });

  test('is told and topped up again in the same hour, if it comes to that again', async () => {
    const { email, secret } = await stranded(COST - 1);
    const container = newContainer(store);
    expect(await refused(container, secret, email)).toBe(1);
    await leave(email, COST - 1);
    container.now += 60_000;
    expect(await refused(container, secret, email)).toBe(1);
    expect(await purchased(db, email)).toBe(10_000 + COST - 1);
    expect((await readBilling(db, email)).charged?.amount).toBe(1_800);
  });

  test('is charged no more than the cap, is told once an hour then, and at once when the cap is raised', async () => {
    const { email, secret } = await stranded(COST - 1, 900);
    const container = newContainer(store);
    await refused(container, secret, email);
    await leave(email, COST - 1);
    container.now += 60_000;
    expect(await refused(container, secret, email)).toBe(1);
    expect(await refused(container, secret, email)).toBe(0);
    expect((await readBilling(db, email)).charged?.amount).toBe(900);
    await allow(email, 1_800);
    container.now += 2_000;
    expect(await refused(container, secret, email)).toBe(1);
    expect((await readBilling(db, email)).charged?.amount).toBe(1_800);
    expect((await eventsOf(store, email)).filter(({ type }) => type === 'top_up.failed')).toHaveLength(1);
  });

  test('asks for no write of its own, and for none while its refusal is remembered', async () => {
    const { secret } = await stranded(COST - 1);
    const container = newContainer(store);
    await call(container, secret);
    const before = container.sent.length;
    for (let time = 0; time < 20; time++) await call(container, secret);
    expect(container.sent.slice(before)).toEqual([]);
    expect(container.sent.map(({ command }) => command)).toEqual(['GetItem', 'BatchGetItem']);
  });

  test('begins nothing anew when its event is replayed', async () => {
    const { email, secret } = await stranded(COST - 1);
    const container = newContainer(store);
    await refused(container, secret, email);
    const due = (await eventsOf(store, email)).find(({ type }) => type === 'top_up.due') as unknown as EventRecord;
    const replayed = dueTopUp({ version: '1', email, ...viewEvent(due) });
    await topUp(db, till.provider, replayed, NOW);
    await leave(email, COST - 1);
    await topUp(db, till.provider, replayed, NOW + 7 * 3_600_000);
    expect((await readBilling(db, email)).charged?.amount).toBe(900);
  });
});

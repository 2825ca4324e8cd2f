import { expect, test } from 'vitest';
import { type RefusedCall, writeRefusals } from '../../lib/events/refusals.store.ts';
import { tally } from '../../lib/usage/batch.ts';
import { eventsOf, newUser } from '../support/keys.ts';
import { NOW } from '../support/records.ts';
import { describeOnEngines } from '../support/store.ts';
import { accessLine, eventOf, functionLine } from '../support/usage-lines.ts';

const HOUR = 3_600_000;

const refusal = (fields: Partial<RefusedCall> = {}): RefusedCall => ({
  email: newUser(),
  keyId: '01KAPZ0000000000000000000A',
  code: 'rate_limited',
  at: NOW,
  route: 'GET /api/orders',
  ip: '192.0.2.7',
  requestId: 'r1',
  ...fields,
});

describeOnEngines('refusals in the audit log', (store) => {
  test('are one a key, code and hour: the first, with who, what and whence', async () => {
    const first = refusal();
    const { email } = first;
    const calls = [
      { ...first, at: NOW + 5, requestId: 'later' },
      first,
      { ...first, at: NOW + HOUR },
      { ...first, code: 'ip_denied' as const },
      { ...first, keyId: '01KAPZ0000000000000000000B' },
    ];
    await writeRefusals(store.connect(), calls);
    const events = await eventsOf(store, email as never);
    expect(events).toHaveLength(4);
    expect(events[0]).toMatchObject({
      type: 'key.refused',
      occurredAt: NOW,
      actor: { email: '', ip: '192.0.2.7', userAgent: '' },
      changes: {},
    });
    const told = events.map(({ keyId, details }) => [keyId, (details as { code: string }).code]);
    expect(told).toContainEqual(['01KAPZ0000000000000000000A', 'ip_denied']);
    expect(told).toContainEqual(['01KAPZ0000000000000000000B', 'rate_limited']);
    expect(events.at(-1)).toMatchObject({ occurredAt: NOW + HOUR });
  });

  test('are that also if they are told of again, and by several at once', async () => {
    const call = refusal();
    await Promise.all(Array.from({ length: 6 }, () => writeRefusals(store.connect(), [call])));
    await writeRefusals(store.connect(), [{ ...call, at: NOW + 1 }]);
    expect(await eventsOf(store, call.email as never)).toHaveLength(1);
  });

  test('are those that the logs tell of, and accepted calls are none', () => {
    const lines = [
      accessLine({ status: 429, code: 'rate_limited', credits: '-' }),
      accessLine(),
      functionLine({ code: 'ip_denied' }),
      functionLine({ code: 'allowed', status: 200 }),
    ];
    const { refused } = tally(lines.map((line) => eventOf(line)));
    expect(refused.map(({ code, ip, requestId }) => ({ code, ip, requestId }))).toEqual([
      { code: 'rate_limited', ip: '203.0.113.17', requestId: 'Yr2xGjHhIAMEVAg=' },
      { code: 'ip_denied', ip: '203.0.113.17', requestId: 'Yr2xGjHhIAMEVAg=' },
    ]);
  });
});

import { beforeEach, describe, expect, test } from 'vitest';
import { REFUSAL_CODES, type RefusalCode, type Verdict } from '../../../lib/metering/verdict.ts';
import { type CheckMetrics, createCheckMetrics, FLUSH_MS } from '../../../lib/metrics/check-metrics.ts';
import { keyWith, NOW, STANDING } from '../../support/records.ts';

const key = keyWith();
const payment = { id: 'abcd1', included: 2, month: 'I0iu', purchased: 1 };
const allowed: Verdict = { allowed: true, key, standing: STANDING, payment };
const refused = (code: RefusalCode): Verdict => ({ allowed: false, refusal: { code }, key, standing: STANDING });
const effort = (milliseconds = 4) => ({ calls: 1, contention: 0, milliseconds });

type Line = Record<string, unknown> & { readonly _aws: { readonly Timestamp: number } };

let now = NOW;
let lines: string[] = [];
let metrics: CheckMetrics;
beforeEach(() => {
  now = NOW;
  lines = [];
  metrics = createCheckMetrics(
    () => now,
    (line) => lines.push(line),
  );
});

/** What was told since it was last asked, without the directives. */
function told(): Record<string, unknown>[] {
  return lines.splice(0).map((line) => {
    const { _aws, ...values } = JSON.parse(line) as Line;
    return { at: _aws.Timestamp - NOW, ...values };
  });
}

/** Makes the first call of a container, which is told with itself. */
function afterTheFirst(): void {
  metrics.judged(allowed, effort());
  told();
}

describe('a container tells', () => {
  test('its first call at once: it may be its last', () => {
    metrics.judged(allowed, { calls: 3, contention: 1, milliseconds: 12.34 });
    expect(told()).toEqual([
      {
        at: 0,
        Allowed: 1,
        Refused: 0,
        FailedClosed: 0,
        CreditsCharged: 3,
        ContentionRetries: 1,
        CheckLatency: [12.3],
        DynamoDBCalls: [3],
      },
      { at: 0, Code: 'allowed', Verdicts: 1 },
    ]);
  });

  test('each call that comes 10 s after the one before at once', () => {
    for (let call = 0; call < 3; call++) {
      metrics.judged(allowed, effort());
      expect(told()).toMatchObject([{ at: call * FLUSH_MS, Allowed: 1 }, {}]);
      now += FLUSH_MS;
    }
  });

  test('calls of the next 10 s together, with the call that ends them', () => {
    afterTheFirst();
    for (const code of ['rate_limited', 'rate_limited', 'invalid_key'] as const) {
      now += 1_000;
      metrics.judged(refused(code), effort());
    }
    expect(told()).toEqual([]);
    now = NOW + FLUSH_MS;
    metrics.judged(allowed, effort());
    const [all, ...byCode] = told();
    expect(all).toMatchObject({ at: 1_000, Allowed: 1, Refused: 3, CheckLatency: [4, 4, 4, 4] });
    expect(byCode).toEqual([
      { at: 1_000, Code: 'allowed', Verdicts: 1 },
      { at: 1_000, Code: 'rate_limited', Verdicts: 2 },
      { at: 1_000, Code: 'invalid_key', Verdicts: 1 },
    ]);
  });

  test('what was left when calls stopped under the time of then, apart from the call that finds it', () => {
    afterTheFirst();
    now += 1_000;
    metrics.judged(refused('rate_limited'), effort());
    now += 3_600_000;
    metrics.judged(allowed, effort());
    const all = told().filter(({ Code }) => Code === undefined);
    expect(all).toMatchObject([
      { at: 1_000, Allowed: 0, Refused: 1 },
      { at: 3_601_000, Allowed: 1, Refused: 0 },
    ]);
  });

  test('100 values as soon as they are there, which is the most that one line may hold', () => {
    afterTheFirst();
    for (let call = 0; call < 250; call++) metrics.judged(allowed, effort());
    const all = told().filter(({ Code }) => Code === undefined);
    expect(all.map(({ Allowed, DynamoDBCalls }) => [Allowed, (DynamoDBCalls as number[]).length])).toEqual([
      [100, 100],
      [100, 100],
    ]);
  });

  test('a call that could not be checked at once, with no verdict', () => {
    afterTheFirst();
    metrics.failedClosed(effort(1_300));
    expect(told()).toEqual([
      {
        at: 0,
        Allowed: 0,
        Refused: 0,
        FailedClosed: 1,
        CreditsCharged: 0,
        ContentionRetries: 0,
        CheckLatency: [1_300],
        DynamoDBCalls: [1],
      },
    ]);
  });

  test('nothing of who called: whatever the key, the metrics are the same', () => {
    for (const code of REFUSAL_CODES) {
      metrics.judged(refused(code), effort());
      now += FLUSH_MS;
    }
    const text = lines.join('\n');
    for (const secret of [key.email, key.keyId, key.name, 'hash', payment.id]) expect(text).not.toContain(secret);
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emfLine, MOST_VALUES, NAMESPACE } from '../../../lib/metrics/emf.ts';

const parsed = (line: string | undefined) => JSON.parse(line ?? expect.fail('there is no line'));

test('a line names its metrics, units and dimensions, and holds their values at its root', () => {
  const line = emfLine({
    at: 1_795_000_000_000,
    metrics: { Verdicts: { unit: 'Count', value: 3 }, CheckLatency: { unit: 'Milliseconds', value: [4.2, 5] } },
    dimensions: { Code: 'rate_limited' },
  });
  expect(parsed(line)).toEqual({
    _aws: {
      Timestamp: 1_795_000_000_000,
      CloudWatchMetrics: [
        {
          Namespace: NAMESPACE,
          Dimensions: [['Code']],
          Metrics: [
            { Name: 'Verdicts', Unit: 'Count' },
            { Name: 'CheckLatency', Unit: 'Milliseconds' },
          ],
        },
      ],
    },
    Code: 'rate_limited',
    Verdicts: 3,
    CheckLatency: [4.2, 5],
  });
});

test('a metric without values is left out, and a line without metrics is none', () => {
  const nothing = { unit: 'Count', value: [] } as const;
  expect(emfLine({ at: 0, metrics: { Calls: nothing } })).toBeUndefined();
  expect(parsed(emfLine({ at: 0, metrics: { Calls: nothing, Allowed: { unit: 'Count', value: 0 } } }))).toMatchObject({
    _aws: { CloudWatchMetrics: [{ Dimensions: [[]], Metrics: [{ Name: 'Allowed', Unit: 'Count' }] }] },
    Allowed: 0,
  });
});

/** The specification's own words: every target is a member of the root, with at most 100 numbers; at most 30 dimensions of text. */
test('any line keeps to the specification: one line, targets at the root, of the kinds it allows', () => {
  const name = fc.stringMatching(/^[A-Z][A-Za-z]{0,20}$/);
  const number = fc.double({ noNaN: true, noDefaultInfinity: true });
  const value = fc.oneof(number, fc.array(number, { maxLength: MOST_VALUES }));
  const metric = fc.record({ unit: fc.constantFrom('Count' as const, 'Milliseconds' as const), value });
  fc.assert(
    fc.property(fc.nat(), fc.dictionary(name, metric), fc.string(), (at, metrics, code) => {
      const line = emfLine({ at, metrics, dimensions: { dimension: code } });
      if (line === undefined) return;
      expect(line).not.toMatch(/[\r\n]/);
      const root = JSON.parse(line);
      const [{ Metrics, Dimensions }] = root._aws.CloudWatchMetrics;
      for (const { Name } of Metrics) {
        const values = [root[Name]].flat();
        expect(values.length > 0 && values.length <= 100 && values.every((it) => typeof it === 'number')).toBe(true);
      }
      for (const dimension of Dimensions.flat()) expect(typeof root[dimension]).toBe('string');
    }),
  );
});

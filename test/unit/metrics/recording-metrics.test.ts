import { expect, test } from 'vitest';
import { recordingLine } from '../../../lib/metrics/recording-metrics.ts';
import { NOW } from '../../support/records.ts';

const events = [4_000, 1_500, 9_000].map((age, id) => ({ id: String(id), timestamp: NOW - age, message: '' }));

test('recording lags as far behind as the newest line that it was given', () => {
  const line = recordingLine({ events, calls: 2, setAside: 1 }, NOW) ?? expect.fail();
  expect(JSON.parse(line)).toMatchObject({ RecorderLag: 1_500, CallsRecorded: 2, LinesSetAside: 1 });
});

test('a clock behind that of CloudWatch makes no lag below zero', () => {
  const line = recordingLine({ events, calls: 3, setAside: 0 }, NOW - 5_000) ?? expect.fail();
  expect(JSON.parse(line)).toMatchObject({ RecorderLag: 0 });
});

test('a control message, which holds no line, is no measurement', () => {
  expect(recordingLine({ events: [], calls: 0, setAside: 0 }, NOW)).toBeUndefined();
});

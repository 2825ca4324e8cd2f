import { expect, test } from 'vitest';
import { sunsetHeaders } from '../../../lib/http/sunset-headers.ts';

const END = '2026-12-07T12:00:00.000Z';
const WARNED = Date.UTC(2026, 10, 23, 12);

test.each([
  ['without an end', undefined, WARNED, {}],
  ['a millisecond before the last 14 days', END, WARNED - 1, {}],
  ['in the last 14 days', END, WARNED, { deprecation: '@1795435200', sunset: 'Mon, 07 Dec 2026 12:00:00 GMT' }],
])('a caller whose secret is %s', (_, end, now, headers) => {
  expect(sunsetHeaders(end, now)).toEqual(headers);
});

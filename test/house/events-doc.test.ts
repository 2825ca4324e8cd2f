import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { EVENT_TYPES } from '../../lib/events/event.ts';

test('the documentation of events names every type, and none that there is not', () => {
  const text = readFileSync(new URL('../../docs/events.md', import.meta.url), 'utf8');
  const named = [...text.matchAll(/^\| `([a-z_]+\.[a-z_]+)` \|/gm)].map(([, type]) => type);
  expect(named.sort()).toEqual([...EVENT_TYPES].sort());
});

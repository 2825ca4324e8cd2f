import type { EventRecord } from './event.store.ts';

const isTime = (field: string, value: unknown): value is number => field.endsWith('At') && typeof value === 'number';

/** A value as people see it: times in ISO 8601, in lists of secrets too. */
function shown(field: string, value: unknown): unknown {
  if (isTime(field, value)) return new Date(value).toISOString();
  if (Array.isArray(value)) return value.map((element) => shown('', element));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shown(name, inner)]));
}

/** An event as people see it. */
export function viewEvent({ eventId, type, occurredAt, actor, keyId, changes, details, requestId }: EventRecord) {
  const entries = Object.entries(changes).map(([field, { before, after }]) => [
    field,
    { before: shown(field, before), after: shown(field, after) },
  ]);
  return {
    eventId,
    type,
    at: new Date(occurredAt).toISOString(),
    actor,
    ...(keyId !== undefined && { keyId }),
    changes: Object.fromEntries(entries) as Record<string, { before: unknown; after: unknown }>,
    ...(details && { details: shown('', details) as Record<string, unknown> }),
    requestId,
  };
}

import type { AuditEvent } from '../events/event.ts';
import type { KeyRecord } from './key.ts';

/** What a person changes about a key. */
export type KeyEdit = Partial<
  Omit<KeyRecord, 'email' | 'keyId' | 'version' | 'slot' | 'createdAt' | 'updatedAt' | 'dueAt' | 'totals'>
>;

/** A field as events show it: of a secret no more than its hint. */
const shown = (key: KeyRecord, field: keyof KeyEdit): unknown =>
  field === 'secrets'
    ? key.secrets.map(({ hint, expiresAt, rotateBy }) => ({ hint, expiresAt, rotateBy }))
    : key[field];

/** The fields that an edit changes, before and after; those that it gives as they are do not count. */
export function differences(key: KeyRecord, edit: KeyEdit): AuditEvent['changes'] {
  const edited = { ...key, ...edit };
  const fields = (Object.keys(edit) as (keyof KeyEdit)[]).map((field) => ({
    field,
    before: shown(key, field),
    after: shown(edited, field),
  }));
  const changed = fields.filter(({ before, after }) => JSON.stringify(before) !== JSON.stringify(after));
  return Object.fromEntries(changed.map(({ field, before, after }) => [field, { before, after }]));
}

import { ulid } from 'ulid';
import type { ImportedKey } from '../../lib/keys/import-keys.store.ts';
import { DEFAULT_POLICY, NOW } from './records.ts';

let keys = 0;

/** A key as it was made elsewhere, in the test environment, without limits; fields as given. */
export const foreignKey = (fields: Partial<ImportedKey> = {}): ImportedKey => ({
  keyId: ulid(NOW),
  keyHash: (++keys).toString(16).padStart(64, '0'),
  hint: 'acm…xYz',
  policy: {
    ...DEFAULT_POLICY,
    environment: 'test',
    dailyCredits: null,
    expiresAt: null,
  },
  disabled: false,
  createdAt: NOW,
  credits: 0,
  ...fields,
});

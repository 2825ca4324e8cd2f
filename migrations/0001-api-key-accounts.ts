import { extendRows } from './0001/extend.ts';
import { MARKER } from './0001/marker.ts';
import { verifyRows } from './0001/verify.ts';
import { withdrawRows } from './0001/withdraw.ts';
import type { Migration } from './migration.ts';

/** Gives each user of the store an account, and marks the row of preferences with what was added. */
export const apiKeyAccounts: Migration = {
  id: 1,
  name: 'api-key-accounts',
  rows: { record: 'preferences', attributes: [MARKER] },
  up: extendRows,
  down: withdrawRows,
  verify: verifyRows,
  wrong: { up: ['notExtended', 'withoutAccount'], down: ['made', 'found'] },
};

import { apiKeyAccounts } from './0001-api-key-accounts.ts';
import type { Migration } from './migration.ts';

/** Every migration, in order: the one of number n is the nth. */
export const MIGRATIONS: readonly Migration[] = [apiKeyAccounts];

import { readEnv } from '../env.ts';
import { documentClient } from './client.ts';
import type { Database } from './database.ts';

/** The database as the function's environment names it. */
export function serviceDatabase(): Database {
  const {
    userPreferencesTable: userPreferences,
    apiKeysTable: apiKeys,
    apiEventsTable: apiEvents,
    apiUsageTable: apiUsage,
  } = readEnv(['userPreferencesTable', 'apiKeysTable', 'apiEventsTable', 'apiUsageTable']);
  return { client: documentClient(), tables: { userPreferences, apiKeys, apiEvents, apiUsage } };
}

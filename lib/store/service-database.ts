import { PLANS, type Plans } from '../accounts/plans.ts';
import { optionalEnv, readEnv } from '../env.ts';
import { documentClient } from './client.ts';
import type { Database } from './database.ts';

/** The plans that the deployment configures, or those shipped. They were validated when it was made. */
export function servicePlans(): Plans {
  const configured = optionalEnv('plans');
  return configured === undefined ? PLANS : JSON.parse(configured);
}

/** The database as the function's environment names it. */
export function serviceDatabase(): Database {
  const {
    userPreferencesTable: userPreferences,
    apiKeysTable: apiKeys,
    apiEventsTable: apiEvents,
    apiUsageTable: apiUsage,
  } = readEnv(['userPreferencesTable', 'apiKeysTable', 'apiEventsTable', 'apiUsageTable']);
  return { client: documentClient(), tables: { userPreferences, apiKeys, apiEvents, apiUsage }, plans: servicePlans() };
}

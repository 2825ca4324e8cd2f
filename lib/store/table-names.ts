import type { Tables } from './database.ts';

/** The tables carry fixed names, which operators and migrations know. */
export const TABLE_NAMES: Tables = {
  userPreferences: 'user_preferences',
  apiKeys: 'api_keys',
  apiEvents: 'api_events',
  apiUsage: 'api_usage',
};

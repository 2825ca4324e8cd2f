import { inject } from 'vitest';
import type { Tables } from '../../lib/store/database.ts';
import { type Engine, startEngine } from '../../local/engine.ts';
import type { LocalTable } from '../../local/model.ts';
import { makeTables } from '../../local/tables.ts';
import { readStack } from '../../local/template.ts';

/** Where a stack would be that nobody deploys. */
export const PLACE = { region: 'us-east-1', accountId: '123456789012', issuer: 'https://issuer.example' } as const;

/** The tables, as the stack defines them. */
export const stackTables = (): readonly LocalTable[] => readStack(inject('assembly'), PLACE).tables;

/** The names of the tables, with something before each. */
export const tablesNamed = (prefix: string): Tables => ({
  userPreferences: `${prefix}user_preferences`,
  apiKeys: `${prefix}api_keys`,
  apiEvents: `${prefix}api_events`,
  apiUsage: `${prefix}api_usage`,
});

/** Makes the tables, with something before the name of each. */
export const makeStackTables = (endpoint: string, prefix = ''): Promise<void> =>
  makeTables(
    endpoint,
    stackTables().map((table) => ({ ...table, name: prefix + table.name })),
  );

/** An engine of a test file's own, with the tables of the stack. */
export async function engineWithTables(): Promise<Engine> {
  const engine = await startEngine();
  await makeStackTables(engine.endpoint);
  return engine;
}

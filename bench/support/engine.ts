import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PLANS } from '../../lib/accounts/plans.ts';
import { documentClient } from '../../lib/store/client.ts';
import { type Database, TABLES } from '../../lib/store/database.ts';
import { type Engine, startEngine } from '../../local/engine.ts';
import { synthesize } from '../../local/synth.ts';
import { makeTables } from '../../local/tables.ts';
import { readStack } from '../../local/template.ts';

/** Any credentials will do for a local engine, but the SDK wants some. */
export const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
Object.assign(process.env, CREDENTIALS);

export const PLACE = { region: 'eu-west-1', accountId: '123456789012', issuer: 'https://issuer.example' };

/** The environment by which the product's client finds an engine. */
export const engineEnvironment = (endpoint: string) => ({
  ...CREDENTIALS,
  AWS_REGION: PLACE.region,
  AWS_ENDPOINT_URL_DYNAMODB: endpoint,
});

/** The service's tables through the product's own client: a connection of its own, as each container has. */
export const connect = (endpoint: string): Database => ({
  client: documentClient(engineEnvironment(endpoint)),
  tables: TABLES,
  plans: PLANS,
});

/**
 * Starts an engine in memory, with the tables of the synthesized stack.
 *
 * @param signal stops what is under way.
 * @param streams keeps a record of each change; an engine may take the longer for a write, the more of them it holds.
 * @throws Error if this machine can run none.
 */
export async function benchEngine(signal?: AbortSignal, streams = true): Promise<Engine> {
  const engine = await startEngine();
  const assembly = await mkdtemp(path.join(tmpdir(), 'bench-'));
  try {
    await synthesize(assembly, { signal });
    const { tables } = readStack(assembly, PLACE);
    await makeTables(
      engine.endpoint,
      tables.map(({ streamViewType, ...table }) => ({
        ...table,
        ...(streams && streamViewType && { streamViewType }),
      })),
    );
    return engine;
  } catch (error) {
    await engine.close();
    throw error;
  } finally {
    await rm(assembly, { recursive: true, force: true });
  }
}

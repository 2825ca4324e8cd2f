import type { Database } from '../../lib/store/database.ts';
import { connect } from './engine.ts';

/** What a connection has sent, and what the engine says it cost. */
export interface Seen {
  readonly requests: Record<string, number>;
  readonly units: Record<string, number>;
}

interface Capacity {
  readonly CapacityUnits?: number;
}

/** A connection that counts its requests, and the capacity units that the engine says they cost, by command. */
export function watched(endpoint: string): { db: Database; seen: Seen } {
  const db = connect(endpoint);
  const seen: Seen = { requests: {}, units: {} };
  db.client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } as never });
      const { ConsumedCapacity = [] } = result.output as { ConsumedCapacity?: Capacity | Capacity[] };
      const units = [ConsumedCapacity].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
      const command = String(context.commandName).replace(/Command$/, '');
      seen.requests[command] = (seen.requests[command] ?? 0) + 1;
      seen.units[command] = (seen.units[command] ?? 0) + units;
      return result;
    },
    { step: 'initialize' },
  );
  return { db, seen };
}

import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** What a client has asked of DynamoDB, and what the engine says it cost. */
export interface Ledger {
  calls: number;
  /** Requests that write, the refused ones too. */
  writes: number;
  reads: number;
  writeUnits: number;
  readUnits: number;
}

export const emptyLedger = (): Ledger => ({ calls: 0, writes: 0, reads: 0, writeUnits: 0, readUnits: 0 });

const READS = new Set(['GetItem', 'BatchGetItem', 'Query']);

interface Consumption {
  readonly ConsumedCapacity?: Units | readonly Units[];
}

interface Units {
  readonly CapacityUnits?: number;
}

const unitsOf = ({ ConsumedCapacity }: Consumption): number =>
  [ConsumedCapacity ?? []].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);

/** A refused conditional write is charged by the item's size, and does not say so: no item here is above 1 KB. */
const REFUSED_UNITS = 1;

/** Keeps a ledger of all that a client sends from now on. */
export function keepLedger(client: DynamoDBDocumentClient): Ledger {
  const ledger = emptyLedger();
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const reads = READS.has(String(context.commandName).replace(/Command$/, ''));
      ledger.calls++;
      ledger[reads ? 'reads' : 'writes']++;
      const count = (units: number) => {
        ledger[reads ? 'readUnits' : 'writeUnits'] += units;
      };
      const input = { ...args.input, ReturnConsumedCapacity: 'TOTAL' as const };
      try {
        const result = await next({ ...args, input });
        count(unitsOf(result.output as Consumption));
        return result;
      } catch (error) {
        if ((error as Error).name === 'ConditionalCheckFailedException') count(REFUSED_UNITS);
        throw error;
      }
    },
    { step: 'initialize', name: 'ledger', priority: 'high' },
  );
  return ledger;
}

/** Sets every count to 0, and tells what they were. */
export function takeLedger(ledger: Ledger): Ledger {
  const taken = { ...ledger };
  Object.assign(ledger, emptyLedger());
  return taken;
}

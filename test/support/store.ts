import { randomUUID } from 'node:crypto';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, inject } from 'vitest';
import { PLANS } from '../../lib/accounts/plans.ts';
import type { Database, Tables } from '../../lib/store/database.ts';
import { localClient } from '../../local/tables.ts';
import { isLong } from './cases.ts';
import { makeStackTables, tablesNamed } from './stack-tables.ts';

type Item = Record<string, unknown>;

/** One request that the SDK was asked to send, as `UpdateItem`, and the capacity units that the engine says it cost. */
export interface Sent {
  readonly command: string;
  readonly units: number;
}

/** Stands between the SDK and the engine: it may do something first, answer itself, or change the answer. */
export type Intercept = (command: string, proceed: () => Promise<Item>, input: Item) => Promise<Item>;

/** The service's tables on one engine, and connections to them. */
export interface Store {
  /** A connection of its own, as each container has, which records what is sent over it. */
  connect(intercept?: Intercept): Database & { readonly sent: Sent[] };
  /** Every item of every table, by its primary key. */
  dump(): Promise<Record<string, Item>>;
}

/** The names of the commands sent. */
export const commands = (sent: readonly Sent[]): string[] => sent.map(({ command }) => command);

/**
 * Describes a store once for every engine of this machine; its tables, as the stack defines them, are the file's own.
 *
 * @param count so many engines only, where it is this service that is counted and not what an engine does; all in
 * `npm run test:long`. @default - all
 */
export function describeOnEngines(title: string, body: (store: Store) => void, count = Number.POSITIVE_INFINITY): void {
  const engines = inject('engines').slice(0, isLong ? undefined : count);
  describe.each(engines)(`${title}, on $kind:`, ({ endpoint }) => {
    const prefix = `t${randomUUID().slice(0, 8)}_`;
    beforeAll(() => makeStackTables(endpoint, prefix));
    body(storeAt(endpoint, tablesNamed(prefix)));
  });
}

/** The same on the preferred engine alone; on all in `npm run test:long`. For what is long, and about this service. */
export const describeOnAnEngine = (title: string, body: (store: Store) => void): void =>
  describeOnEngines(title, body, 1);

function storeAt(endpoint: string, tables: Tables): Store {
  const connect: Store['connect'] = (intercept = (_, proceed) => proceed()) => {
    const client = DynamoDBDocumentClient.from(localClient(endpoint), {
      marshallOptions: { removeUndefinedValues: true },
    });
    const sent: Sent[] = [];
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const command = String(context.commandName).replace(/Command$/, '');
        const entry = { command, units: 0 };
        sent.push(entry);
        const proceed = async () => {
          const input = { ...args.input, ReturnConsumedCapacity: 'TOTAL' as const };
          return (await next({ ...args, input })).output as unknown as Item;
        };
        const output = await intercept(command, proceed, args.input as unknown as Item);
        entry.units = unitsOf(output);
        return { output: output as never, response: undefined };
      },
      { step: 'initialize', name: 'record', priority: 'high' },
    );
    return { client, tables, plans: PLANS, sent };
  };
  const dump = async () => {
    const { client } = connect();
    const items: Record<string, Item> = {};
    for (const TableName of Object.values(tables)) {
      for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true })) {
        for (const item of Items) items[nameOf(item)] = item;
      }
    }
    return items;
  };
  return { connect, dump };
}

/** The primary key of an item; of an event it begins with `event#`. */
const nameOf = ({ keyHash, email, record, bucket, eventId }: Item): string =>
  String(keyHash ?? `${email} ${record ?? bucket ?? `event#${eventId}`}`);

function unitsOf({ ConsumedCapacity }: Item): number {
  const consumed = [ConsumedCapacity ?? []].flat() as { CapacityUnits?: number }[];
  return consumed.reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
}

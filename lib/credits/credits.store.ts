import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { ulid } from 'ulid';
import { type AccountKeys, readAccount } from '../accounts/account.store.ts';
import { countAt, hot, planOf } from '../accounts/account.ts';
import { type ChangeContext, changeAccount, type TransactItem } from '../accounts/change.store.ts';
import type { Email } from '../accounts/email.ts';
import { idempotentId, useIdempotencyKey } from '../accounts/idempotency.store.ts';
import type { AuditEvent, EventType } from '../events/event.ts';
import { balanceOf, type CreditBalance } from '../metering/credits.ts';
import type { Database } from '../store/database.ts';
import { type EntryKind, emptyLedger, type LedgerHead, type Movement, settle } from './ledger.ts';

/** One line of the ledger, as it is stored. */
export interface LedgerEntry extends Movement {
  readonly entryId: string;
  /** Milliseconds since the epoch. */
  readonly occurredAt: number;
  /** Who moved the credits; empty for what comes of calls and calendars. */
  readonly actor: string;
  readonly reason: string;
}

/** Credits to give, or to take back where the amount is negative. They are purchased ones: kept until they are spent. */
export interface Grant {
  readonly amount: number;
  readonly reason: string;
  /** A repeat with the same one within 24 hours moves nothing. */
  readonly idempotencyKey?: string | undefined;
}

export type GrantResult =
  | { readonly kind: 'moved'; readonly entry: LedgerEntry }
  /** The idempotency key was used before, for this entry. */
  | { readonly kind: 'repeated'; readonly entryId: string }
  | { readonly kind: 'insufficient'; readonly purchased: number };

/** The sort key of a ledger's head. */
export const HEAD = 'ledger';
/** What begins the sort keys of lines. */
export const ENTRY = 'credit#';

/** The primary key of a ledger's head. */
export const headKey = (email: Email) => ({ email, record: HEAD });

/** Where a ledger stands, by its record; that may be there only to be due: see `roll-up.store`. */
export const headIn = (item: Readonly<Record<string, unknown>> | undefined): LedgerHead | undefined =>
  item?.balance ? (item as unknown as LedgerHead) : undefined;

/** Reads where a ledger stands. */
export async function readHead({ client, tables }: Database, email: Email): Promise<LedgerHead | undefined> {
  const { Item } = await client.send(
    new GetCommand({ TableName: tables.userPreferences, Key: headKey(email), ConsistentRead: true }),
  );
  return headIn(Item);
}

/** An account that had purchased credits before it had a ledger begins with them. */
function opened(db: Database, { account }: AccountKeys, at: number): { head: LedgerHead; movements: Movement[] } {
  const head = emptyLedger(planOf(account, db.plans), at);
  const purchased = countAt(account, hot.purchasedCredits) + countAt(account, hot.purchasedSpent);
  if (purchased === 0) return { head, movements: [] };
  const balance = { ...head.balance, purchased };
  return { head: { ...head, balance }, movements: [{ kind: 'opening', included: 0, purchased, balance }] };
}

/** The ledger up to an account as it was read, and the lines that are missing of it. */
export async function settled(db: Database, { email, at }: ChangeContext, state: AccountKeys) {
  const held = await readHead(db, email);
  const start = held ? { head: held, movements: [] } : opened(db, state, at);
  const { head, movements } = settle(start.head, state.account, planOf(state.account, db.plans), at);
  return { head, movements: [...start.movements, ...movements] };
}

/** Ids sort as lines were added, though a request that came first may be written last: none is of the moment of another. */
export function idsAfter(lastAt: number, at: number): { next(): string; lastAt(): number } {
  let time = Math.max(lastAt, at - 1);
  return { next: () => ulid(++time), lastAt: () => time };
}

/** The lines of movements that nobody made, but calls and calendars. */
export const unsignedLines = (movements: readonly Movement[], nextId: () => string, at: number): LedgerEntry[] =>
  movements.map((movement) => ({ entryId: nextId(), ...movement, occurredAt: at, actor: '', reason: '' }));

/** The action that adds a line; none is ever written over. */
export const lineItem = ({ tables }: Database, email: Email, entry: LedgerEntry): TransactItem => ({
  Put: {
    TableName: tables.userPreferences,
    Item: { email, record: ENTRY + entry.entryId, ...entry },
    ConditionExpression: 'attribute_not_exists(email)',
  },
});

/**
 * The action that writes where a ledger stands.
 *
 * @param dueAt when it is to be rolled up; by default that stays as it is.
 */
export function headItem({ tables }: Database, email: Email, head: LedgerHead, dueAt?: number): TransactItem {
  const { balance, month, includedSpent, purchasedSpent, lastAt } = head;
  const due = dueAt !== undefined && { dueKind: 'ledger', dueAt };
  const fields = { balance, month, includedSpent, purchasedSpent, lastAt, ...due };
  const entries = Object.entries(fields);
  return {
    Update: {
      TableName: tables.userPreferences,
      Key: headKey(email),
      UpdateExpression: `SET ${entries.map(([name]) => `#${name} = :${name}`).join(', ')}`,
      ExpressionAttributeNames: Object.fromEntries(entries.map(([name]) => [`#${name}`, name])),
      ExpressionAttributeValues: Object.fromEntries(entries.map(([name, value]) => [`:${name}`, value])),
    },
  };
}

/** A movement of purchased credits that somebody or something asks for. */
export interface Move {
  readonly kind: EntryKind;
  /** Negative where it is taken. */
  readonly amount: number;
  readonly actor: string;
  readonly reason: string;
}

/** What to write to move credits, and the line that tells of it. */
export interface MoveParts {
  readonly add: Readonly<Record<string, number>>;
  readonly also: TransactItem[];
  readonly entry: LedgerEntry;
  readonly changes: AuditEvent['changes'];
}

/**
 * The parts of an account's change that move purchased credits. What calls have spent since the last line comes before it, so
 * that each line's balance is the sum of all lines up to it.
 */
export async function movePurchased(
  db: Database,
  context: ChangeContext,
  state: AccountKeys,
  { kind, amount, actor, reason }: Move,
): Promise<MoveParts> {
  const { email, at } = context;
  const { head, movements } = await settled(db, context, state);
  const balance = { ...head.balance, purchased: head.balance.purchased + amount };
  const ids = idsAfter(head.lastAt, at);
  const before = unsignedLines(movements, ids.next, at);
  const moved: Movement = { kind, included: 0, purchased: amount, balance };
  const entry: LedgerEntry = { entryId: ids.next(), ...moved, occurredAt: at, actor, reason };
  const also = [...before, entry].map((one) => lineItem(db, email, one));
  also.push(headItem(db, email, { ...head, balance, lastAt: ids.lastAt() }));
  const changes = { purchasedCredits: { before: head.balance.purchased, after: balance.purchased } };
  return { add: { [hot.purchasedCredits]: amount }, also, entry, changes };
}

/**
 * Gives an account credits or takes them back, with a line in its ledger and one event, in one transaction.
 *
 * @throws ChangeConflict if the account kept changing.
 */
export async function moveCredits(db: Database, context: ChangeContext, grant: Grant): Promise<GrantResult> {
  const { actor } = context;
  const { amount, reason, idempotencyKey } = grant;
  const used = idempotencyKey && `credits ${idempotencyKey}`;
  return changeAccount<GrantResult>(db, context, async (state) => {
    const earlier = used && (await idempotentId(db, context, used));
    if (earlier) return { result: { kind: 'repeated', entryId: earlier } };
    const purchasedNow = countAt(state.account, hot.purchasedCredits);
    if (purchasedNow + amount < 0) return { result: { kind: 'insufficient', purchased: purchasedNow } };

    const kind = amount > 0 ? 'grant' : 'take_back';
    const { add, also, entry, changes } = await movePurchased(db, context, state, {
      kind,
      amount,
      actor: actor.email,
      reason,
    });
    if (used) also.push(useIdempotencyKey(db, context, used, entry.entryId));
    const type: EventType = amount > 0 ? 'credits.granted' : 'credits.taken_back';
    const details = { amount: Math.abs(amount), reason, entryId: entry.entryId };
    return {
      change: { add, keys: [], also, events: [{ type, changes, details }] },
      result: { kind: 'moved', entry },
    };
  });
}

/** Reads one line. */
export async function readEntry(
  { client, tables }: Database,
  email: Email,
  entryId: string,
): Promise<LedgerEntry | undefined> {
  const { Item } = await client.send(
    new GetCommand({
      TableName: tables.userPreferences,
      Key: { email, record: ENTRY + entryId },
      ConsistentRead: true,
    }),
  );
  return Item as LedgerEntry | undefined;
}

/** A page of the ledger, newest first, with what the account has now. */
export interface LedgerPage {
  readonly balance: CreditBalance;
  readonly entries: readonly LedgerEntry[];
  /** Where the next page goes on; absent on the last one. */
  readonly next?: string;
}

/**
 * Reads an account's balance and its ledger.
 *
 * @param at milliseconds since the epoch.
 */
export async function readLedger(
  db: Database,
  email: Email,
  at: number,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<LedgerPage> {
  const [account, { Items = [] }] = await Promise.all([
    readAccount(db, email),
    db.client.send(
      new QueryCommand({
        TableName: db.tables.userPreferences,
        KeyConditionExpression: 'email = :email AND begins_with(#record, :prefix)',
        ExpressionAttributeNames: { '#record': 'record' },
        ExpressionAttributeValues: { ':email': email, ':prefix': ENTRY },
        ScanIndexForward: false,
        Limit: limit + 1,
        ConsistentRead: true,
        ...(after !== undefined && { ExclusiveStartKey: { email, record: ENTRY + after } }),
      }),
    ),
  ]);
  const entries = (Items as LedgerEntry[]).slice(0, limit);
  const last = entries.at(-1)?.entryId;
  return {
    balance: balanceOf({ account, plan: planOf(account, db.plans), now: at }),
    entries,
    ...(Items.length > limit && last !== undefined && { next: last }),
  };
}

import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Email } from '../lib/accounts/email.ts';
import type { Database } from '../lib/store/database.ts';

/** A row of `user_preferences`: its key and the attributes that a migration asks for, as DynamoDB holds them. */
export type Row = Readonly<Record<string, AttributeValue>>;

/** How many rows came to what. */
export type Counts = Readonly<Record<string, number>>;

export type Direction = 'up' | 'down';

/** What people should know of a row. One row has one note at most. */
export interface Note {
  /** The address of the row, to the letter. */
  readonly address: string;
  readonly kind: string;
  /** Where the account of the row is, if that is another address. */
  readonly account?: Email;
  /** Another row has the same account. */
  readonly isShared?: boolean;
  /** In words of DynamoDB. */
  readonly reason?: string;
}

/** What the rows of a page came to. */
export interface Outcome {
  readonly counts: Counts;
  readonly notes: readonly Note[];
}

/** What a migration may use while it works on a page. */
export interface PageContext {
  readonly db: Database;
  /** Write nothing, and say what would be written. */
  readonly isDryRun: boolean;
  /** How many rows one transaction may write. */
  readonly batchSize: number;
  /**
   * To be awaited before each write: keeps to the rate.
   *
   * @throws Error if the run has lost its lock, or was told to stop.
   */
  beforeWrite(rows: number): Promise<void>;
  /** Keeps notes, so that they outlive the run. To be awaited before the row is written. */
  keepNotes(notes: readonly Note[]): Promise<void>;
  /** Finds the notes that were kept, by the addresses of rows. */
  notesOf(addresses: readonly string[]): Promise<ReadonlyMap<string, Note>>;
}

/** Works on the rows of a page. It may be given a page again of which some rows are done. */
export type Pass = (context: PageContext, rows: readonly Row[]) => Promise<Outcome>;

/** A change to every row of one record, which can be taken back. */
export interface Migration {
  /** Its place in the order, from 1. */
  readonly id: number;
  readonly name: string;
  /** The rows that it is about, and the attributes of them that it reads. */
  readonly rows: { readonly record: string; readonly attributes: readonly string[] };
  readonly up: Pass;
  /** Removes what `up` has added, and nothing else. */
  readonly down: Pass;
  /** Counts the rows as they are, and writes nothing. */
  readonly verify: Pass;
  /** The counts of `verify` that must be 0 after a direction. */
  readonly wrong: Readonly<Record<Direction, readonly string[]>>;
}

/** As its file and its state are named: `0001`. */
export const numberOf = (id: number): string => String(id).padStart(4, '0');

export function addCounts(...all: readonly Counts[]): Counts {
  const sum: Record<string, number> = {};
  for (const counts of all) for (const [name, count] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}

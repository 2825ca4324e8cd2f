import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { COLUMNS, type Column, type Format, isColumn, shownColumn } from './columns.ts';
import { linesOf, MOST } from './lines.ts';

/** One row of a file as it was found, or what keeps it from being read. A problem never tells what is in the row. */
export type FoundRow = { readonly row: number } & (
  | { readonly fields: Readonly<Record<string, unknown>> }
  | { readonly problem: string }
);

const NOT_UTF8 = 'the row is not UTF-8';
const TOO_LONG = `the row is longer than ${MOST} characters`;
const BROKEN = `from here on the CSV cannot be read: a quoted cell does not end, or a row is longer than ${MOST} characters`;
const REPLACED = '\ufffd';

/**
 * Reads the rows of a file one after the other. They are numbered as an editor or a spreadsheet does, from 1; in CSV the first is
 * that of the columns' names.
 *
 * @throws Error if the first row of CSV does not name columns of the format.
 */
export const readRows = (chunks: AsyncIterable<Uint8Array>, format: Format): AsyncGenerator<FoundRow> =>
  format === 'csv' ? readCsv(chunks) : readJsonLines(chunks);

async function* readJsonLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<FoundRow> {
  let row = 0;
  for await (const line of linesOf(chunks)) {
    row += 1;
    if (line === undefined) yield { row, problem: TOO_LONG };
    else if (line.trim() !== '') yield { row, ...readJson(row === 1 ? line.replace(/^\ufeff/, '') : line) };
  }
}

function readJson(line: string): { fields: Record<string, unknown> } | { problem: string } {
  if (line.includes(REPLACED)) return { problem: NOT_UTF8 };
  try {
    const fields = JSON.parse(line);
    if (typeof fields === 'object' && fields !== null && !Array.isArray(fields)) return { fields };
  } catch {
    // What the parser says quotes the row, and with it a secret.
  }
  return { problem: 'the row is not a JSON object' };
}

async function* readCsv(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<FoundRow> {
  const source = Readable.from(chunks);
  /** How many rows come before the one in which the format breaks: what follows it makes no sense. */
  let wholeRows: number | undefined;
  const parser = parse({
    bom: true,
    trim: true,
    relax_quotes: true,
    relax_column_count: true,
    max_record_size: MOST,
    // Without it, an error would throw away the rows that were parsed and not yet taken.
    skip_records_with_error: true,
    on_skip: (error) => {
      wholeRows ??= error?.records as number;
      source.unpipe(parser);
      parser.end();
    },
  });
  source.on('error', (error) => parser.destroy(error)).pipe(parser);
  let row = 0;
  let columns: Column[] | undefined;
  for await (const cells of parser as AsyncIterable<string[]>) {
    if (row === wholeRows) break;
    row += 1;
    if (!columns) columns = headerOf(cells);
    else if (cells.some((cell) => cell !== '')) yield { row, ...readCells(columns, cells) };
  }
  source.destroy();
  if (wholeRows !== undefined) yield { row: row + 1, problem: BROKEN };
}

/** @throws Error that says what the first row must be. */
function headerOf(cells: readonly string[]): Column[] {
  const must = `the first row of CSV names its columns, email and key or keyHash among them; there are ${COLUMNS.join(', ')}`;
  if (!cells.includes('email')) throw new Error(must);
  const unknown = cells.filter((name) => !isColumn(name));
  if (unknown.length > 0) throw new Error(`unknown column ${unknown.map(shownColumn).join(', ')}: ${must}`);
  if (new Set(cells).size < cells.length) throw new Error(`a column is there twice: ${must}`);
  return cells as Column[];
}

function readCells(
  columns: readonly Column[],
  cells: readonly string[],
): { fields: Record<string, unknown> } | { problem: string } {
  if (cells.length !== columns.length) {
    return { problem: `the row has ${cells.length} cells; the first one names ${columns.length} columns` };
  }
  if (cells.some((cell) => cell.includes(REPLACED))) return { problem: NOT_UTF8 };
  try {
    return { fields: Object.fromEntries(columns.map((name, index) => [name, fieldOf(name, cells[index] ?? '')])) };
  } catch (error) {
    if (!(error instanceof CellProblem)) throw error;
    return { problem: error.message };
  }
}

class CellProblem extends Error {}

/** How cells of some columns are read; any other is text. */
const READERS: Partial<Record<Column, (cell: string) => unknown>> = {
  scopes: listOf,
  allowedIps: listOf,
  rateLimits: json,
  quota: json,
  credits: numberOf,
  dailyCredits: numberOf,
};

/** An empty cell is a field that was left out. */
function fieldOf(column: Column, cell: string): unknown {
  if (cell === '') return undefined;
  try {
    return READERS[column]?.(cell) ?? cell;
  } catch {
    throw new CellProblem(`${column}: Invalid JSON`);
  }
}

/** A JSON array, or words apart by spaces or semicolons. */
function listOf(cell: string): unknown {
  return cell.startsWith('[') ? json(cell) : cell.split(/[\s;]+/).filter((word) => word !== '');
}

function json(cell: string): unknown {
  return JSON.parse(cell);
}

/** What is no number stays text, and is refused as such. */
function numberOf(cell: string): unknown {
  return /^-?\d+(\.\d+)?$/.test(cell) ? Number(cell) : cell;
}

import Table from 'cli-table3';

/** A column: its heading, and the field that it shows. */
export type Columns<Row> = Readonly<Record<string, (row: Row) => string | number | null | undefined>>;

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** Rows under headings, in aligned columns without lines or colours. */
export function tableOf<Row>(rows: readonly Row[], columns: Columns<Row>): string {
  const table = new Table({
    head: Object.keys(columns),
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows) table.push(Object.values(columns).map((shown) => String(shown(row) ?? '')));
  return table.toString().replace(/ +$/gm, '');
}

/** Prints rows for people, or as JSON for programs. */
export function printRows<Row>(json: boolean, rows: readonly Row[], columns: Columns<Row>, none = 'none'): void {
  if (json) printJson(rows);
  else process.stdout.write(`${rows.length === 0 ? none : tableOf(rows, columns)}\n`);
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Prints the fields of one thing, a line each, or as JSON. */
export function printFields(json: boolean, fields: Readonly<Record<string, unknown>>): void {
  if (json) {
    printJson(fields);
    return;
  }
  const width = Math.max(...Object.keys(fields).map((name) => name.length));
  for (const [name, value] of Object.entries(fields)) {
    process.stdout.write(`${name.padEnd(width)}  ${typeof value === 'object' ? JSON.stringify(value) : value}\n`);
  }
}

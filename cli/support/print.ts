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

/** Text that was stored is shown, never obeyed: by control characters it would steer the terminal. */
const shown = (value: unknown): string => String(value ?? '').replace(/\p{Cc}/gu, '\ufffd');

/** Rows under headings, in aligned columns without lines or colours. */
export function tableOf<Row>(rows: readonly Row[], columns: Columns<Row>): string {
  const table = new Table({
    head: Object.keys(columns),
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows) table.push(Object.values(columns).map((field) => shown(field(row))));
  return table.toString().replace(/ +$/gm, '');
}

/** Prints rows for people, or as JSON for programs. */
export function printRows<Row>(json: boolean, rows: readonly Row[], columns: Columns<Row>, none = 'none'): void {
  if (json) printJson(rows);
  else printLine(rows.length === 0 ? none : tableOf(rows, columns));
}

export function printLine(text = ''): void {
  process.stdout.write(`${text}\n`);
}

/** Prints JSON; control characters above ASCII's are escaped too. */
export function printJson(value: unknown): void {
  const text = JSON.stringify(value, null, 2).replace(
    /[\u007f-\u009f]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  printLine(text);
}

/** The fields of one thing, a line each; those that are `undefined` are left out. */
export function fieldsOf(fields: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  const width = Math.max(...given.map(([name]) => name.length));
  return given
    .map(([name, value]) => {
      const text = typeof value === 'object' && value !== null ? JSON.stringify(value) : shown(value);
      return `${name.padEnd(width)}  ${text}`.trimEnd();
    })
    .join('\n');
}

/** Prints the fields of one thing, a line each, or as JSON. */
export function printFields(json: boolean, fields: Readonly<Record<string, unknown>>): void {
  if (json) printJson(fields);
  else printLine(fieldsOf(fields));
}

/** Prints the answer of the API for programs, or else something for people. */
export function printAnswer(json: boolean, answer: unknown, people: () => string): void {
  if (json) printJson(answer);
  else printLine(people());
}

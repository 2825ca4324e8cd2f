import type { Usage } from '../../api/queries.ts';
import { formatCount, formatMs, formatShare } from '../../parts/format.ts';

/** One route, called by one key. */
export type Row = NonNullable<Usage['cells']>[number] & { readonly key: string };

/** One column: what it shows of a row, what it exports, and by what it sorts. */
export interface Column {
  readonly name: string;
  readonly label: string;
  /** Of the number that is exported. */
  readonly unit?: string;
  readonly isNumber: boolean;
  readonly raw: (row: Row) => string | number;
  readonly shown: (row: Row) => string;
}

const text = (name: string, label: string, raw: (row: Row) => string): Column => ({
  name,
  label,
  isNumber: false,
  raw,
  shown: raw,
});

const count = (name: 'requests' | 'errors' | 'rejected' | 'credits', label: string): Column => ({
  name,
  label,
  isNumber: true,
  raw: (row) => row[name],
  shown: (row) => formatCount(row[name]),
});

const latency = (name: 'p50' | 'p95' | 'p99'): Column => ({
  name,
  label: name,
  unit: 'ms',
  isNumber: true,
  raw: ({ latencyMs }) => latencyMs?.[name] ?? '',
  shown: ({ latencyMs }) => (latencyMs ? formatMs(latencyMs[name]) : '–'),
});

export const COLUMNS: readonly Column[] = [
  text('route', 'Route', ({ route }) => route),
  text('key', 'Key', ({ key }) => key),
  count('requests', 'Requests'),
  count('errors', 'Errors'),
  {
    name: 'errorRate',
    label: 'Error rate',
    isNumber: true,
    raw: ({ errorRate }) => errorRate,
    shown: ({ errorRate }) => formatShare(errorRate),
  },
  count('rejected', 'Refused'),
  count('credits', 'Credits'),
  latency('p50'),
  latency('p95'),
  latency('p99'),
];

/** By what rows are sorted, and which way. */
export interface Order {
  readonly column: string;
  readonly isDescending: boolean;
}

/** The cells of a report, with the names of their keys. */
export function rowsOf({ cells = [], keys }: Usage): Row[] {
  const names = new Map(keys.map(({ keyId, name }) => [keyId, name || keyId]));
  return cells.map((cell) => ({ ...cell, key: names.get(cell.keyId) ?? cell.keyId }));
}

/** Rows in an order; rows without a value come last. */
export function sorted(rows: readonly Row[], { column, isDescending }: Order): Row[] {
  const raw = COLUMNS.find(({ name }) => name === column)?.raw ?? (() => 0);
  const sign = isDescending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [x, y] = [raw(a), raw(b)];
    if (x === y) return 0;
    if (x === '') return 1;
    if (y === '') return -1;
    return (x < y ? -1 : 1) * sign;
  });
}

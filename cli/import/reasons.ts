import { isColumn, shownColumn } from './columns.ts';
import type { Wrong } from './row.schema.ts';

/** Why a row was rejected that could be read. */
export const REASONS = {
  other_account: 'key: belongs to another account',
  no_room: 'email: the account has no room for another key; revoke one first',
} as const;

/** Writes a path as people do, and of unknown names no more than may be shown. */
function pathText([column, ...inner]: readonly PropertyKey[]): string {
  const name = String(column ?? '');
  const steps = inner.map((step) => (typeof step === 'number' ? `[${step}]` : `.${shownColumn(String(step))}`));
  return (isColumn(name) ? name : shownColumn(name)) + steps.join('');
}

const textOf = ({ path, message }: Wrong): string => (path.length === 0 ? message : `${pathText(path)}: ${message}`);

/** All that is wrong with a row, in one line, each thing once. */
export const reasonOf = (wrongs: readonly Wrong[]): string => [...new Set(wrongs.map(textOf))].join('; ');

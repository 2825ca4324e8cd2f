import type * as z from 'zod';
import { withoutSecrets } from '../keys/redaction.ts';
import type { FieldError } from './problem.ts';

const SHOWN = 40;

/** Writes a path as people do: `rateLimits[0].limit`. */
const pathOf = (path: readonly PropertyKey[]): string =>
  path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');

/** A short value as given, for the caller who gave it. JSON has no infinity, but `1e400` is read as one. */
function given(input: unknown): string {
  if (!['string', 'number', 'boolean'].includes(typeof input)) return '';
  const text = typeof input === 'string' ? withoutSecrets(JSON.stringify(input)) : String(input);
  return `, given ${text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text}`;
}

/** Every field that fails a schema, each on its own: an unknown field is named by its own path. */
export function fieldErrors(error: z.ZodError, root = ''): FieldError[] {
  return error.issues.flatMap((issue) => {
    const path = root ? [root, ...issue.path] : issue.path;
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        path: withoutSecrets(pathOf([...path, key])).slice(0, 100),
        message: 'Unknown field',
      }));
    }
    if (issue.code === 'invalid_type' && issue.input === undefined) {
      return [{ path: pathOf(path), message: `Missing: expected ${issue.expected}` }];
    }
    return [{ path: pathOf(path), message: issue.message + given(issue.input) }];
  });
}

import type * as z from 'zod';
import type { FieldError } from './problem.ts';

const SHOWN = 40;
const SECRET = /sk_(live|test)_\w*/g;

/** Writes a path as people do: `rateLimits[0].limit`. */
const pathOf = (path: readonly PropertyKey[]): string =>
  path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');

/** A short value as given, for the caller who gave it; a secret that went astray is cut to its prefix. */
function given(input: unknown): string {
  if (!['string', 'number', 'boolean'].includes(typeof input)) return '';
  const text = JSON.stringify(input).replace(SECRET, 'sk_$1_…');
  return `, given ${text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text}`;
}

/** Every field that fails a schema, each on its own: an unknown field is named by its own path. */
export function fieldErrors(error: z.ZodError, root = ''): FieldError[] {
  return error.issues.flatMap((issue) => {
    const path = root ? [root, ...issue.path] : issue.path;
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        path: pathOf([...path, key])
          .slice(0, 100)
          .replace(SECRET, 'sk_$1_…'),
        message: 'Unknown field',
      }));
    }
    return [{ path: pathOf(path), message: issue.message + given(issue.input) }];
  });
}

import type * as z from 'zod';
import { fieldErrors } from '../../lib/http/field-errors.ts';

/** A command line that is wrong as a whole, though each of its parts may be right. Its message says what is allowed. */
export class WrongUse extends Error {
  override readonly name = 'WrongUse';
}

/**
 * Reads what a command line gives by a schema of the HTTP contract, so that both take the same.
 *
 * @param optionOf which option a field was given by.
 * @throws WrongUse that names each option, what was given and what is allowed.
 */
export function checked<Schema extends z.ZodType>(
  schema: Schema,
  given: unknown,
  optionOf: Readonly<Record<string, string>>,
): z.output<Schema> {
  const parsed = schema.safeParse(given, { reportInput: true });
  if (parsed.success) return parsed.data;
  const named = (path: string): string => {
    const [field = ''] = /^\w+/.exec(path) ?? [];
    return optionOf[field] ?? path;
  };
  throw new WrongUse(
    fieldErrors(parsed.error)
      .map(({ path, message }) => `${named(path)}: ${message}`)
      .join('\n'),
  );
}

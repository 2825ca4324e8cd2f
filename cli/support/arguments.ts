import { InvalidArgumentError } from 'commander';
import { type Email, normalizeEmail } from '../../lib/accounts/email.ts';

/** Reads an address. @throws InvalidArgumentError that says what is allowed. */
export function email(text: string): Email {
  const read = normalizeEmail(text);
  if (read) return read;
  throw new InvalidArgumentError('Allowed is an address such as ada@example.com.');
}

/** Makes a reader of whole numbers within bounds. */
export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const number = Number(text);
    if (text.trim() !== '' && Number.isInteger(number) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Allowed is a whole number from ${least} to ${most}.`);
  };

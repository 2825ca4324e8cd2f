import type { Email } from '../accounts/email.ts';

/** What stands in the place of an address that was erased. */
export const ERASED = 'erased';

/** Finds one person's address in what is stored, in whatever case and encoding it was written. */
export interface Mentions {
  /** Tells whether a value, or anything in it, names the person. */
  readonly isIn: (value: unknown) => boolean;
  /** The same, and true also of a text that was cut within the address. */
  readonly isInCut: (text: string) => boolean;
  /** A value in which {@link ERASED} stands for every mention. */
  readonly without: (value: unknown) => unknown;
}

const hex = (number: number, width: number): string => number.toString(16).padStart(width, '0');
const literal = (character: string): string => character.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** A character in the encodings of a URL. */
const percentEncoded = (character: string): string =>
  Array.from(new TextEncoder().encode(character), (byte) => `%(?:25)*${hex(byte, 2)}`).join('');

/** A character in the encoding of JSON, and of JSON in JSON. */
const jsonEncoded = (character: string): string =>
  Array.from({ length: character.length }, (_, i) => `\\\\+u${hex(character.charCodeAt(i), 4)}`).join('');

/** Matches a character as it is and encoded; the case is the flag's matter, but encodings differ by it. */
function anyForm(character: string): string {
  const cases = new Set([character, character.toUpperCase()]);
  return `(?:${[...cases].flatMap((it) => [literal(it), percentEncoded(it), jsonEncoded(it)]).join('|')})`;
}

/** Longer addresses end with this one: those of other people. What precedes may itself be the end of an encoding. */
const START = String.raw`(?:(?<![\p{L}\p{N}_.+-])|(?<=%(?:25)*(?!2[bde]|5f)[0-9a-f]{2})|(?<=\\[bfnrt])|(?<=\\u[0-9a-f]{4}))`;
/** An address, or the name in an ARN, begins here and nowhere else. */
const FIELD_START = '(?<![^/:])';
const END = String.raw`(?![\p{L}\p{N}_-]|\.[\p{L}\p{N}])`;

/** Fields that hold an address and nothing else, or the ARN of who did something. */
const ADDRESSES: ReadonlySet<string> = new Set(['email', 'actor']);

/** The beginning of an address, at the end of a text, from its `@` on. */
function cutForms(forms: readonly string[], characters: readonly string[]): string {
  const at = characters.indexOf('@') + 1;
  const rest = forms.slice(at).reduceRight((after, form) => `(?:${form}${after})?`, '');
  return `${forms.slice(0, at).join('')}${rest}$`;
}

const isItems = (value: unknown): value is object => value !== null && typeof value === 'object';

export function mentionsOf(email: Email): Mentions {
  const written = [...new Set([email.normalize('NFC'), email.normalize('NFD')])].map((text) => [...text]);
  const whole = written.map((characters) => characters.map(anyForm).join('')).join('|');
  const cut = written.map((characters) => cutForms(characters.map(anyForm), characters)).join('|');
  const pattern = (source: string) => new RegExp(source, 'giu');
  const inText = pattern(`${START}(?:${whole})${END}`);
  const inField = pattern(`${FIELD_START}(?:${whole})${END}`);
  const atCut = new RegExp(`${START}(?:${cut})`, 'iu');

  const clean = (value: unknown, field: string): unknown => {
    if (typeof value === 'string') return value.replaceAll(ADDRESSES.has(field) ? inField : inText, ERASED);
    if (Array.isArray(value)) return value.map((element) => clean(element, field));
    if (value instanceof Set) return new Set(Array.from(value, (element) => clean(element, field)));
    if (!isItems(value) || Object.getPrototypeOf(value) !== Object.prototype) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, clean(inner, name)]));
  };
  const isIn = (value: unknown, field = ''): boolean => {
    if (typeof value === 'string') return value.search(ADDRESSES.has(field) ? inField : inText) >= 0;
    if (value instanceof Set) return isIn([...value], field);
    if (!isItems(value)) return false;
    return Object.entries(value).some(([name, inner]) => isIn(inner, Array.isArray(value) ? field : name));
  };
  return {
    isIn: (value) => isIn(value),
    isInCut: (text) => isIn(text) || atCut.test(text),
    without: (value) => clean(value, ''),
  };
}

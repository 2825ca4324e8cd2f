import type { Tally } from './counters.ts';

/**
 * Four neighbouring counters share one number attribute, nine digits each, as a number of DynamoDB has 38 and is added to
 * exactly: an item has a third of the attributes, and a report is read in half of the time. A counter up to 999,999,999
 * fits where a partition of DynamoDB takes at most 86,400,000 calls of an account a day; the last of the four may have two
 * digits more.
 *
 * A counter `s201` is the second of the attribute `s50`; counters without a number (`c`, `t`) have an attribute of their own.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
 */
const DIGITS = 9;
const SHARING = 4;
const PLACES = Array.from({ length: SHARING }, (_, i) => 10n ** BigInt(DIGITS * i));

/** The attributes to add to an item. */
export function pack(tally: Tally): Map<string, bigint> {
  const attributes = new Map<string, bigint>();
  for (const [name, count] of tally) {
    const number = Number(name.slice(1));
    const isAlone = name.length === 1;
    const attribute = isAlone ? name : `${name[0]}${Math.floor(number / SHARING)}`;
    const place = isAlone ? 1n : (PLACES[number % SHARING] ?? 1n);
    attributes.set(attribute, (attributes.get(attribute) ?? 0n) + BigInt(count) * place);
  }
  return attributes;
}

/**
 * Reads the counters of an attribute.
 *
 * @param text the number as DynamoDB writes it.
 * @param into takes what is read.
 */
export function unpack(attribute: string, text: string, into: [string, number][]): void {
  if (attribute.length === 1) {
    into.push([attribute, Number(text)]);
    return;
  }
  const digits = inFull(text);
  const letter = attribute.charAt(0);
  const first = Number(attribute.slice(1)) * SHARING;
  for (let i = 0, end = digits.length; i < SHARING && end > 0; i++, end -= DIGITS) {
    const count = Number(digits.slice(i === SHARING - 1 ? 0 : Math.max(0, end - DIGITS), end));
    if (count > 0) into.push([letter + (first + i), count]);
  }
}

const WITH_EXPONENT = /^(\d)(?:\.(\d+))?E\+?(\d+)$/i;

/** Digits without an exponent. */
function inFull(text: string): string {
  const [, whole = '', fraction = '', exponent] = WITH_EXPONENT.exec(text) ?? [];
  return exponent === undefined ? text : (whole + fraction).padEnd(Number(exponent) + 1, '0');
}

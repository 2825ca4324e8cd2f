/**
 * Refuses options that nobody reads: a mistyped one would silently not hold.
 *
 * @throws TypeError naming the option and those that are allowed.
 */
export function onlyOptions(owner: string, options: object, allowed: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (!allowed.includes(name)) {
      throw new TypeError(`${owner}: unknown option ${JSON.stringify(name)}; there are ${allowed.join(', ')}`);
    }
  }
}

/** @throws TypeError naming the option, what was given and what is allowed. */
export function wholeNumber(owner: string, name: string, value: unknown, min: number, max: number): void {
  if (Number.isInteger(value) && Number(value) >= min && Number(value) <= max) return;
  throw new TypeError(`${owner}: ${name} must be a whole number from ${min} to ${max}, given ${String(value)}`);
}

import type { Counted } from './counted.ts';
import type { MemoryTrend } from './memory.ts';
import type { Person } from './people.ts';
import { type Bounds, driftOf } from './tally.ts';

/** Something that holds after a soak, or does not. */
export interface Promised {
  readonly name: string;
  /** Absent where it could not be judged. */
  readonly holds?: boolean;
  readonly figures: Readonly<Record<string, number>>;
  /** The figures for people. */
  readonly text: string;
  /** What does not hold, each for itself. */
  readonly wrong: readonly string[];
}

/** All that is known at the end. */
export interface Evidence {
  readonly people: readonly Pick<Person, 'email' | 'keys' | 'spent' | 'granted'>[];
  readonly counted: Counted;
  /** Events that the function which counts usage was not given, after all attempts. */
  readonly deadLetters: number;
  /** Failures that no restart explains, by status. */
  readonly unexplained: Readonly<Record<string, number>>;
  readonly memory: Readonly<Record<string, MemoryTrend>>;
  /** Processes that are left. */
  readonly left: readonly number[];
}

const number = (value: number): string => value.toLocaleString('en');
const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MB`;
const percent = (share: number): string => `${share < 0 ? '' : '+'}${(share * 100).toFixed(1)} %`;
const total = (numbers: Iterable<number>): number => [...numbers].reduce((sum, value) => sum + value, 0);

/** Names of figures are words, as in `atRisk`. */
const textOf = (figures: Promised['figures']): string =>
  Object.entries(figures)
    .map(([name, value]) => `${number(value)} ${name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}`)
    .join(', ');

const promised = (name: string, figures: Promised['figures'], wrong: readonly string[]): Promised => ({
  name,
  holds: wrong.length === 0,
  figures,
  text: textOf(figures),
  wrong,
});

/** One line for each count that is out of its bounds. */
const outside = (rows: readonly (readonly [what: string, allowed: Bounds, found: number])[]): string[] =>
  rows
    .filter(([, allowed, found]) => driftOf(allowed, found) !== 0)
    .map(
      ([what, { least, most }, found]) =>
        `${what}: expected ${least === most ? least : `${least} to ${most}`}, found ${found}`,
    );

const foundIn = (rows: readonly (readonly [string, Bounds, number])[]): number =>
  total(rows.map(([, , found]) => found));

function keysPromise({ people, counted }: Evidence): Promised {
  const keys = people.flatMap((person) => person.keys);
  const rows = keys.map(
    ({ keyId, tally }) => [`key ${keyId}`, tally.charged, counted.requests.get(keyId) ?? 0] as const,
  );
  const accepted = total(keys.map(({ tally }) => tally.accepted));
  const unknown = total(keys.map(({ tally }) => tally.unknown));
  const figures = { keys: keys.length, accepted, unknown, counted: foundIn(rows) };
  return promised('accepted calls are counted', figures, outside(rows));
}

function creditsPromises({ people, counted }: Evidence): Promised[] {
  const spent = people.map(
    (person) => [`spent by ${person.email}`, person.spent.charged, counted.spent.get(person.email) ?? 0] as const,
  );
  const granted = people.map(
    ({ email, granted }) =>
      [`granted to ${email}`, { least: granted, most: granted }, counted.granted.get(email) ?? 0] as const,
  );
  const paid = total(people.map((person) => person.spent.accepted));
  const unknown = total(people.map((person) => person.spent.unknown));
  return [
    promised('credits spent are those paid', { paid, unknown, spent: foundIn(spent) }, outside(spent)),
    promised('credits granted are there', { granted: foundIn(granted) }, outside(granted)),
    promised(
      'no credit drifts from its ledger',
      { accounts: counted.accounts, drifts: counted.drifts.length },
      counted.drifts,
    ),
  ];
}

function usagePromise({ people, counted, deadLetters }: Evidence): Promised {
  const tallies = people.flatMap((person) => person.keys);
  const rows = tallies.map(
    ({ keyId, tally }) => [`key ${keyId}`, tally.recorded, counted.recorded.get(keyId) ?? 0] as const,
  );
  const figures = {
    answered: total(tallies.map(({ tally }) => tally.logged)),
    atRisk: total(tallies.map(({ tally }) => tally.atRisk)),
    unknown: total(tallies.map(({ tally }) => tally.maybeLogged)),
    recorded: foundIn(rows),
    deadLetters,
  };
  const dead = deadLetters === 0 ? [] : [`${deadLetters} events became dead letters`];
  return promised('answered calls are in the usage', figures, [...outside(rows), ...dead]);
}

function memoryPromise(part: string, { middle, last, growth, isFlat }: MemoryTrend): Promised {
  const name = `memory of the ${part} is flat`;
  const figures = { middleBytes: middle, lastBytes: last, growth };
  const text = `${megabytes(middle)}, then ${megabytes(last)}: ${percent(growth)}`;
  if (isFlat === undefined) return { name, figures, text: `${text} (too short to judge)`, wrong: [] };
  return { ...promised(name, figures, isFlat ? [] : ['more than 10 %']), text };
}

/** What was promised, and whether it holds. */
export function judge(evidence: Evidence): Promised[] {
  const { unexplained, memory, left } = evidence;
  const failures = Object.entries(unexplained).map(([status, count]) => `${number(count)} times ${status}`);
  return [
    keysPromise(evidence),
    ...creditsPromises(evidence),
    usagePromise(evidence),
    promised('calls fail around restarts only', { others: total(Object.values(unexplained)) }, failures),
    ...Object.entries(memory).map(([part, trend]) => memoryPromise(part, trend)),
    promised(
      'no process is left',
      { left: left.length },
      left.map((pid) => `process ${pid}`),
    ),
  ];
}

import { type Account, hot, SLOTS } from '../accounts/account.ts';

/** What a call writes beside its charges, by which a repeat of the same write knows that the first one was done. */
export interface Marker {
  readonly attribute: string;
  readonly value: string;
}

/** An account has room for the markers of this many containers, 10 bytes each. */
const PLACES = SLOTS.slice(0, 16).map((place) => hot.marker(place));

/**
 * The place of a container's marker in an account: the one it has, else a free one, else one that it takes over. It is
 * chosen anew for every call, so that two containers which chose the same place at once part with their next calls.
 */
function placeOf({ item }: Account, container: string): string {
  const holds = (name: string) => String(item[name] ?? '').startsWith(container);
  const turn = Number.parseInt(container, 36) % PLACES.length;
  const inTurn = [...PLACES.slice(turn), ...PLACES.slice(0, turn)];
  return inTurn.find(holds) ?? inTurn.find((name) => item[name] === undefined) ?? (inTurn[0] as string);
}

/**
 * Draws what tells a container from the others: four characters of base 36.
 *
 * @param randomInt a whole number from 0 that is less than the given one.
 */
export const drawContainer = (randomInt: (below: number) => number): string =>
  randomInt(36 ** 4)
    .toString(36)
    .padStart(4, '0');

/**
 * The marker of a container's call.
 *
 * @param container see `drawContainer`.
 * @param call the number of the call in its container.
 */
export const markerOf = (account: Account, container: string, call: number): Marker => ({
  attribute: placeOf(account, container),
  value: container + call.toString(36),
});

/** Tells whether a write with a marker is the last one of its container that the account has seen. */
export const bears = ({ item }: Account, { attribute, value }: Marker): boolean => item[attribute] === value;

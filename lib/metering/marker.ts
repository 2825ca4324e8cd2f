import { type Account, hot, SLOTS } from '../accounts/account.ts';

/**
 * What a call writes beside its charges, by which a repeat of the same write knows that the first one was done: the name
 * of its container, and a moment that is later than all earlier ones of that container.
 */
export interface Marker {
  readonly attribute: string;
  readonly value: string;
  /** What the place must still hold: nothing, the marker of a container that is gone, or whatever it holds by now. */
  readonly over: { readonly kind: 'nothing' | 'any' } | { readonly kind: 'gone'; readonly marker: string };
}

/** An account has room for the markers of this many containers, 15 bytes each. */
const PLACES = SLOTS.slice(0, 11).map((place) => hot.marker(place));

const NAME_LENGTH = 6;
const MOMENT_LENGTH = 7;
/** Seven characters of base 36 count hundredths of a second from then on for 24 years. */
const EPOCH = Date.UTC(2026, 0, 1);

/**
 * Draws what tells a container from the others: six characters of base 36.
 *
 * @param randomInt a whole number from 0 that is less than the given one.
 */
export const drawContainer = (randomInt: (below: number) => number): string =>
  randomInt(36 ** NAME_LENGTH)
    .toString(36)
    .padStart(NAME_LENGTH, '0');

/** The container that a marker names. */
export const containerOf = (marker: string): string => marker.slice(0, NAME_LENGTH);

const momentOf = (marker: string): number => Number.parseInt(marker.slice(NAME_LENGTH), 36);

/**
 * The place of a container's marker in an account: the one it has, else a free one, else that of the container which has
 * not charged the account for longest. It is chosen anew for every charge.
 */
function placeOf({ item }: Account, container: string): string {
  const turn = Number.parseInt(container, 36) % PLACES.length;
  const inTurn = [...PLACES.slice(turn), ...PLACES.slice(0, turn)];
  let best = inTurn[0] as string;
  let oldest = Number.POSITIVE_INFINITY;
  for (const place of inTurn) {
    const marker = item[place] as string | undefined;
    if (marker !== undefined && containerOf(marker) === container) return place;
    const moment = marker === undefined ? -1 : momentOf(marker);
    if (moment >= oldest) continue;
    best = place;
    oldest = moment;
  }
  return best;
}

/** A container that charged nothing for so long, in hundredths of a second, has lost its place. */
const GONE_AFTER = 10 * 60 * 100;

/** With more containers than places none can insist on what it saw there: it would be refused most of the time. */
function over(seen: string | undefined, container: string, moment: number): Marker['over'] {
  if (seen === undefined) return { kind: 'nothing' };
  const isGone = containerOf(seen) !== container && momentOf(seen) < moment - GONE_AFTER;
  return isGone ? { kind: 'gone', marker: seen } : { kind: 'any' };
}

/**
 * Makes the markers of one container.
 *
 * @param container see `drawContainer`.
 */
export function createMarkers(container: string): (account: Account, now: number) => Marker {
  let last = 0;
  return (account, now) => {
    const attribute = placeOf(account, container);
    const seen = account.item[attribute] as string | undefined;
    // Its name is there already if another container drew the same one.
    const own = seen !== undefined && containerOf(seen) === container ? momentOf(seen) : 0;
    last = Math.max(last + 1, own + 1, Math.floor((now - EPOCH) / 10));
    const value = container + last.toString(36).padStart(MOMENT_LENGTH, '0');
    return { attribute, value, over: over(seen, container, last) };
  };
}

/** Tells whether a write with a marker is the last one of its container that the account has seen. */
export const bears = ({ item }: Account, { attribute, value }: Marker): boolean => item[attribute] === value;

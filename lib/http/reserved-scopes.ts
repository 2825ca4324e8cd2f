import { Problem } from './problem.ts';

/** Scopes with this prefix open the service's own routes. */
const RESERVED = 'keys:';

/**
 * Only an admin grants scopes of the service itself; those that a key has already may stay.
 *
 * @throws Problem `forbidden`.
 */
export function refuseReservedScopes(wanted: readonly string[], isAdmin: boolean, held: readonly string[] = []): void {
  const granted = wanted.filter((scope) => scope.startsWith(RESERVED) && !held.includes(scope));
  if (granted.length === 0 || isAdmin) return;
  throw new Problem(
    'forbidden',
    `Only an admin grants scopes that begin with "${RESERVED}", given ${granted.join(', ')}`,
  );
}

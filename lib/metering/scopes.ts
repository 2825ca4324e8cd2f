/**
 * Tells whether a granted scope covers a demanded one. Scopes are segments between colons; a segment `*` covers any one
 * segment, and as the last it covers all that follow: `orders:*` covers `orders:read` and `orders:items:read`.
 */
export function covers(granted: string, demanded: string): boolean {
  const have = granted.split(':');
  const want = demanded.split(':');
  if (have.at(-1) === '*' && want.length > have.length) want.length = have.length;
  return have.length === want.length && have.every((segment, index) => segment === '*' || segment === want[index]);
}

/** The demanded scopes that no granted one covers. */
export const missingScopes = (granted: readonly string[], demanded: readonly string[]): string[] =>
  demanded.filter((scope) => !granted.some((candidate) => covers(candidate, scope)));

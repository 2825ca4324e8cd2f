/**
 * Claims as a function sees them: all are strings. An array is `[a b]`, an object its JSON text, and null is left out.
 */
export function claimStrings(payload: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(payload)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([name, value]) => [name, claimString(value)]),
  );
}

function claimString(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(claimString).join(' ')}]`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** The scopes that a token carries, in `scope` (separated by spaces) or `scp` (so, or an array). */
export function scopesOf(payload: Readonly<Record<string, unknown>>): readonly string[] {
  const claim = payload.scope ?? payload.scp;
  if (Array.isArray(claim)) return claim.map(String);
  return typeof claim === 'string' ? claim.split(' ').filter(Boolean) : [];
}

/** `client_id` is looked at only if there is no `aud`. */
export function hasAudience(payload: Readonly<Record<string, unknown>>, audience: readonly string[]): boolean {
  const claimed = [payload.aud ?? payload.client_id].flat();
  return claimed.some((one) => typeof one === 'string' && audience.includes(one));
}

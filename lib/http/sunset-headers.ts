const WARNED_MS = 14 * 86_400_000;

/**
 * Headers for a caller whose secret ends within 14 days: since when it is deprecated (RFC 9745, a date of structured fields),
 * and when it ends (RFC 8594). The credential ends, the resource stays.
 *
 * @param secretEndsAt ISO 8601; absent where it does not end.
 * @param now milliseconds since the epoch.
 */
export function sunsetHeaders(secretEndsAt: string | undefined, now: number): Record<string, string> {
  if (secretEndsAt === undefined) return {};
  const end = Date.parse(secretEndsAt);
  const warned = end - WARNED_MS;
  if (now < warned) return {};
  return { deprecation: `@${Math.floor(warned / 1_000)}`, sunset: new Date(end).toUTCString() };
}

import { LOOPBACKS } from '../loopback.ts';

/**
 * Where sign-in and sign-out may return to: the addresses that the client names and, as this machine has two names, each of
 * its own under both. The provider lets the port of these be any, as RFC 8252 (§7.3) has it.
 */
export function returnUrls(urls: readonly string[]): string[] {
  const both = urls.flatMap((url) => {
    const parsed = new URL(url);
    if (!LOOPBACKS.includes(parsed.hostname)) return [url];
    return LOOPBACKS.map((hostname) => Object.assign(new URL(url), { hostname }).href);
  });
  return [...new Set(both)];
}

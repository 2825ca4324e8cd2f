/** The names by which browsers know this machine. */
export const LOOPBACKS: readonly string[] = ['localhost', '127.0.0.1'];

/**
 * Tells whether a request was addressed to this machine by a name of its own, by its `Host` header. A web site may let a name
 * of its own lead here, and its pages then read what is answered to them as theirs (DNS rebinding).
 */
export function isToLoopback(host: string | undefined): boolean {
  const url = URL.parse(`http://${host}`);
  return url !== null && LOOPBACKS.includes(url.hostname);
}

const OCTET = '(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`^${OCTET}(\\.${OCTET}){3}$`);
const IPV6_CHARACTERS = /^[0-9a-f:.]{2,45}$/i;

/** Not every runtime of Fetch has `node:net`; all of them parse URLs, where IPv6 stands in brackets (RFC 3986 §3.2.2). */
const isIPv6 = (text: string): boolean => IPV6_CHARACTERS.test(text) && URL.canParse(`http://[${text}]`);

/**
 * An address as the service takes it: IPv4 or IPv6, without the zone of a link (`fe80::1%eth0`).
 *
 * @returns `undefined` for what is no address: the call then has none, and keys with IP rules are refused.
 */
export function plainAddress(text: unknown): string | undefined {
  const [address = ''] = typeof text === 'string' ? text.split('%', 1) : [];
  return IPV4.test(address) || isIPv6(address) ? address : undefined;
}

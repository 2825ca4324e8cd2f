import { BlockList, isIP } from 'node:net';

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** An IPv4 address that is written as IPv6 (RFC 4291 §2.5.5.2) is the IPv4 address. */
const plain = (address: string): string => MAPPED.exec(address)?.[1] ?? address;

const family = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 4 ? 'ipv4' : 'ipv6');

function listOf(rules: readonly string[]): BlockList {
  const list = new BlockList();
  for (const rule of rules) {
    const [address = '', prefix] = rule.split('/');
    if (prefix === undefined) list.addAddress(plain(address), family(plain(address)));
    else list.addSubnet(address, Number(prefix), family(address));
  }
  return list;
}

/** One list for each array of rules, made once: key records are remembered, and their arrays with them. */
const lists = new WeakMap<readonly string[], BlockList>();

/**
 * Tells whether an address is among addresses and CIDR blocks, IPv4 and IPv6.
 *
 * @returns false for what is no address.
 */
export function isAmong(rules: readonly string[], address: string): boolean {
  const ip = plain(address);
  if (isIP(ip) === 0) return false;
  let list = lists.get(rules);
  if (!list) {
    list = listOf(rules);
    lists.set(rules, list);
  }
  return list.check(ip, family(ip));
}

/** Remainders of each byte, for the reflected polynomial 0xEDB88320. */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
  return remainder;
});

/**
 * CRC-32 of ASCII text, as an unsigned 32-bit integer. It finds every change of up to four neighbouring characters,
 * so every mistyped one.
 *
 * Source: ISO 3309 / ITU-T V.42 §8.1.1.6.2, the CRC of gzip (RFC 1952 §8). Here and not from `node:zlib`, whose
 * import costs more at a cold start than these lines.
 */
export function crc32(ascii: string): number {
  let crc = 0xffffffff;
  for (let index = 0; index < ascii.length; index++) {
    crc = (TABLE[(crc ^ ascii.charCodeAt(index)) & 0xff] as number) ^ (crc >>> 8);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

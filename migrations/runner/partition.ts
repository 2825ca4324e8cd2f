/** The partition of everything that migrations keep: no address, so that nobody's records are in it. */
export const PARTITION = '#migrations';

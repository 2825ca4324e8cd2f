/** Draws numbers that look random, the same for the same seed. */
export interface Random {
  /** From 0, below 1. */
  next(): number;
  /** Around 0, with a deviation of 1. */
  normal(): number;
  /** How often something happens that happens so often on average. */
  poisson(mean: number): number;
  /** One of some, by their weights. */
  pick<Weighted extends { readonly weight: number }>(choices: readonly Weighted[]): Weighted;
}

/** Mulberry32 by Tommy Ettinger, after a hash of the seed's text (FNV-1a). */
export function createRandom(seed: string): Random {
  let state = 0x811c9dc5;
  for (const byte of Buffer.from(seed)) state = Math.imul(state ^ byte, 0x01000193);

  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  // Box and Muller, 1958.
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return {
    next,
    normal,
    // Near enough to a Poisson distribution for a chart, and quick for any mean.
    poisson: (mean) => Math.max(0, Math.round(mean + Math.sqrt(mean) * normal())),
    pick: (choices) => {
      let left = next() * choices.reduce((sum, { weight }) => sum + weight, 0);
      for (const choice of choices) {
        left -= choice.weight;
        if (left < 0) return choice;
      }
      throw new Error('there is nothing to pick from');
    },
  };
}

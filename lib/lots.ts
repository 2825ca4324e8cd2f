/** Things in lots of so many; the last one has the rest. */
export const inLots = <Thing>(things: readonly Thing[], size: number): Thing[][] =>
  Array.from({ length: Math.ceil(things.length / size) }, (_, lot) => things.slice(lot * size, (lot + 1) * size));

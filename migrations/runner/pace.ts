/**
 * Keeps to a rate: each writer is told to wait until those before it have had their time.
 *
 * @param rowsPerSecond no rate at all if it is left out.
 * @param now milliseconds.
 * @returns how many milliseconds the writer of some rows has to wait.
 */
export function createPace(rowsPerSecond: number | undefined, now: () => number): (rows: number) => number {
  if (rowsPerSecond === undefined) return () => 0;
  let free = Number.NEGATIVE_INFINITY;
  return (rows) => {
    const start = Math.max(free, now());
    free = start + (rows * 1_000) / rowsPerSecond;
    return start - now();
  };
}

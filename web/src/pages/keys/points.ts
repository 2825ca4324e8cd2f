export const WIDTH = 96;
export const HEIGHT = 24;

/** The points of a line through some counts, the oldest first. */
export function pointsOf(counts: readonly number[]): string {
  const most = Math.max(1, ...counts);
  const step = WIDTH / Math.max(1, counts.length - 1);
  return counts
    .map((count, index) => `${(index * step).toFixed(1)},${(HEIGHT - 1 - (count / most) * (HEIGHT - 2)).toFixed(1)}`)
    .join(' ');
}

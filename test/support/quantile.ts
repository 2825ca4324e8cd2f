/** The exact quantile by the nearest rank: the value at place ⌈share × count⌉ in order. */
export function exactQuantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] ?? 0;
}

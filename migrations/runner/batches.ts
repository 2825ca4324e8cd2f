/**
 * Splits things into batches of at most so many, in none of which two have the same key: a transaction takes no two
 * actions on one item.
 */
export function batches<Thing>(things: readonly Thing[], size: number, keyOf: (thing: Thing) => string): Thing[][] {
  const made: { readonly keys: Set<string>; readonly things: Thing[] }[] = [];
  for (const thing of things) {
    const key = keyOf(thing);
    let batch = made.find(({ keys, things }) => things.length < size && !keys.has(key));
    if (!batch) {
      batch = { keys: new Set(), things: [] };
      made.push(batch);
    }
    batch.keys.add(key);
    batch.things.push(thing);
  }
  return made.map(({ things }) => things);
}

/** About a byte for two significant digits, and one more. */
const numberSize = (value: number | bigint): number => Math.ceil(String(value).replace(/^0+|0+$/g, '').length / 2) + 1;

/** Lists and maps take 3 bytes, and one for each element. */
function valueSize(value: unknown): number {
  if (typeof value === 'number' || typeof value === 'bigint') return numberSize(value);
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (value === null || typeof value === 'boolean') return 1;
  if (Array.isArray(value)) return value.reduce<number>((sum, element) => sum + 1 + valueSize(element), 3);
  if (typeof value === 'object') return 3 + Object.keys(value).length + itemSize(value as Record<string, unknown>);
  throw new Error(`an item of DynamoDB holds no ${typeof value}`);
}

/**
 * Bytes of an item as DynamoDB counts them: names and text in UTF-8, and values by their kind.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export const itemSize = (item: Readonly<Record<string, unknown>>): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueSize(value), 0);

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

function matchesValue(allowed: unknown, value: unknown): boolean {
  if (!isObject(allowed)) return allowed === value;
  const [kind, ...others] = Object.keys(allowed);
  if (kind !== 'prefix' || others.length > 0)
    throw new Error(`event pattern ${JSON.stringify(allowed)} is not played here`);
  return typeof value === 'string' && value.startsWith(String(allowed.prefix));
}

/**
 * Tells whether an event matches a pattern of EventBridge: every field that the pattern names has one of the values it lists.
 *
 * @throws Error that names a comparison which is not played here.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
export function matchesPattern(pattern: unknown, event: unknown): boolean {
  if (Array.isArray(pattern)) return pattern.some((allowed) => matchesValue(allowed, event));
  if (!isObject(pattern)) throw new Error(`expected an event pattern, found ${JSON.stringify(pattern)}`);
  return isObject(event) && Object.entries(pattern).every(([name, inner]) => matchesPattern(inner, event[name]));
}

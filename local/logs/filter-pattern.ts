/** Tells which lines a subscription is for. */
export type Matches = (line: string) => boolean;

const JSON_PATTERN = /^\{ *\$\.([\w.]+) *= *"([^"*]*)" *\}$/;

/**
 * Reads a filter pattern of CloudWatch Logs: the empty one, which every line matches, or one field of JSON compared to a text.
 *
 * @throws Error that names a pattern which is not played here, and what is.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function readFilterPattern(pattern: string): Matches {
  if (pattern === '') return () => true;
  const [, path, text] = JSON_PATTERN.exec(pattern) ?? [];
  if (path === undefined) {
    throw new Error(`filter pattern ${JSON.stringify(pattern)}; played here are "" and { $.field.of.json = "text" }`);
  }
  const fields = path.split('.');
  return (line) => fields.reduce<unknown>(fieldOf, parsed(line)) === text;
}

const fieldOf = (value: unknown, name: string): unknown =>
  value !== null && typeof value === 'object' ? (value as Record<string, unknown>)[name] : undefined;

/** A line that is no JSON matches no JSON pattern. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

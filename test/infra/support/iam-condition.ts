/** The values of condition keys in one request. */
export type RequestContext = Readonly<Record<string, readonly string[]>>;

type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

const like = (pattern: string): RegExp => {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's');
};

/** `IAM JSON policy elements: Condition operators`, as far as our policies use them. */
const OPERATORS: Record<string, (values: readonly string[] | undefined, allowed: readonly string[]) => boolean> = {
  'ForAllValues:StringLike': (values, allowed) =>
    (values ?? []).every((value) => allowed.some((pattern) => like(pattern).test(value))),
  'ForAllValues:StringEquals': (values, allowed) => (values ?? []).every((value) => allowed.includes(value)),
  Null: (values, [expected]) => String(values === undefined) === expected,
};

/** Tells whether a statement's condition holds for a request: every operator, for every key. */
export function holds(condition: Condition, request: RequestContext): boolean {
  return Object.entries(condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, allowed]) => {
      const judge = OPERATORS[operator];
      if (!judge) throw new Error(`condition operator ${operator} is unknown to this test`);
      return judge(request[key], [allowed].flat());
    }),
  );
}

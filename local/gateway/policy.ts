import { isJsonObject } from './json-object.ts';

/** An IAM policy as an authorizer returns it, reduced to what decides `execute-api:Invoke`. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditional: boolean;
}

/**
 * Reads a `policyDocument`.
 *
 * @returns undefined if it is malformed.
 */
export function parsePolicy(document: unknown): readonly Statement[] | undefined {
  if (!isJsonObject(document) || document.Statement === undefined) return undefined;
  const statements = [document.Statement].flat().map(parseStatement);
  const valid = statements.filter((statement) => statement !== undefined);
  return valid.length === statements.length ? valid : undefined;
}

/** An explicit Deny wins; without an Allow the answer is no. */
export function permitsInvoke(statements: readonly Statement[], arn: string): boolean {
  const applies = (effect: Statement['effect']) => (statement: Statement) =>
    statement.effect === effect &&
    // Conditions are not evaluated: one may make a Deny apply, and none makes an Allow.
    !(statement.conditional && effect === 'Allow') &&
    statement.actions.some((action) => wildcard(action, 'i').test('execute-api:Invoke')) &&
    statement.resources.some((resource) => wildcard(resource).test(arn));
  return !statements.some(applies('Deny')) && statements.some(applies('Allow'));
}

function parseStatement(statement: unknown): Statement | undefined {
  if (!isJsonObject(statement)) return undefined;
  const { Effect: effect, Action, Resource, Condition } = statement;
  const [actions, resources] = [strings(Action), strings(Resource)];
  if ((effect !== 'Allow' && effect !== 'Deny') || !actions || !resources) return undefined;
  return { effect, actions, resources, conditional: Condition !== undefined };
}

function strings(value: unknown): readonly string[] | undefined {
  const list = [value].flat();
  return list.length > 0 && list.every((one) => typeof one === 'string') ? list : undefined;
}

/** `*` stands for any text, also across slashes, `?` for one character. */
function wildcard(pattern: string, flags = ''): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/\*+/g, '.*').replace(/\?/g, '.')}$`, `s${flags}`);
}

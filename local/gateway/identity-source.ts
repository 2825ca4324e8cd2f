import { ASSUMED } from './assumptions.ts';
import type { Routed } from './event.ts';

/**
 * The values of an authorizer's identity sources.
 *
 * @param expressions such as `$request.header.X-API-Key` or `$request.querystring.key`.
 * @returns undefined if any of them is missing, in which case the request is refused and no authorizer runs.
 * @throws Error for an expression of another kind.
 */
export function identityOf(expressions: readonly string[], routed: Routed): readonly string[] | undefined {
  const values = expressions.map((expression) => resolve(expression, routed));
  const found = values.filter((value) => value !== undefined);
  if (found.length < values.length) return undefined;
  return ASSUMED.emptyIdentityIsMissing && found.includes('') ? undefined : found;
}

function resolve(expression: string, { api, request, match }: Routed): string | undefined {
  const [, kind, name = ''] =
    /^\$(request\.header|request\.querystring|context|stageVariables)\.(.+)$/.exec(expression) ?? [];
  switch (kind) {
    case 'request.header': {
      const header = name.toLowerCase();
      return header === 'cookie' ? request.cookies.join('; ') : own(request.headers, header);
    }
    case 'request.querystring':
      return own(request.query, name);
    case 'context':
      return own(
        {
          routeKey: match.route.routeKey,
          httpMethod: request.method,
          path: request.path,
          stage: api.stage,
          'identity.sourceIp': request.sourceIp,
          'identity.userAgent': request.userAgent,
        },
        name,
      );
    case 'stageVariables':
      return undefined;
    default:
      throw new Error(
        `identity source ${JSON.stringify(expression)} is none of $request.header.*, $request.querystring.*, $context.*, $stageVariables.*`,
      );
  }
}

function own(values: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

import type { LocalRoute } from '../model.ts';

export interface RouteMatch {
  readonly route: LocalRoute;
  readonly pathParameters: Readonly<Record<string, string>>;
}

export type Router = (method: string, path: string) => RouteMatch | undefined;

type Segment = { readonly kind: 'exact' | 'parameter' | 'greedy'; readonly name: string };

interface CompiledRoute {
  readonly route: LocalRoute;
  readonly method: string;
  readonly segments: readonly Segment[];
  /** Sorts the more specific route first. */
  readonly rank: string;
}

const KIND_RANK = { exact: '0', parameter: '1', greedy: '2' } as const;

/**
 * Chooses the most specific route: by path exact before `{parameter}` before greedy `{proxy+}`, segment by segment;
 * then a named method before `ANY`; then `$default`.
 *
 * Source: API Gateway developer guide, "Create routes for HTTP APIs".
 *
 * @throws Error for a route key that is neither `METHOD /path` nor `$default`.
 */
export function createRouter(routes: readonly LocalRoute[]): Router {
  const fallback = routes.find((route) => route.routeKey === '$default');
  const compiled = routes
    .filter((route) => route !== fallback)
    .map(compile)
    .sort((a, b) => a.rank.localeCompare(b.rank, 'en'));

  return (method, path) => {
    const parts = path.split('/').slice(1);
    for (const { route, method: wanted, segments } of compiled) {
      if (wanted !== 'ANY' && wanted !== method) continue;
      const pathParameters = matchSegments(segments, parts);
      if (pathParameters) return { route, pathParameters };
    }
    return fallback && { route: fallback, pathParameters: {} };
  };
}

function compile(route: LocalRoute): CompiledRoute {
  const [, method, path] = /^([A-Z]+) (\/.*)$/.exec(route.routeKey) ?? [];
  if (!method || path === undefined) {
    throw new Error(`route key ${JSON.stringify(route.routeKey)} is neither "METHOD /path" nor "$default"`);
  }
  const segments = path.split('/').slice(1).map(toSegment);
  const rank = segments.map((segment) => KIND_RANK[segment.kind]).join('') + (method === 'ANY' ? '4' : '3');
  return { route, method, segments, rank };
}

function toSegment(text: string): Segment {
  const [, name, plus] = /^\{([^}+]+)(\+?)\}$/.exec(text) ?? [];
  if (name === undefined) return { kind: 'exact', name: text };
  return { kind: plus ? 'greedy' : 'parameter', name };
}

function matchSegments(segments: readonly Segment[], parts: readonly string[]): Record<string, string> | undefined {
  const found: [string, string][] = [];
  for (const [index, segment] of segments.entries()) {
    const part = segment.kind === 'greedy' ? parts.slice(index).join('/') : parts[index];
    if (segment.kind === 'exact') {
      if (part !== segment.name) return undefined;
      continue;
    }
    if (!part) return undefined;
    found.push([segment.name, part]);
    if (segment.kind === 'greedy') return Object.fromEntries(found);
  }
  return parts.length === segments.length ? Object.fromEntries(found) : undefined;
}

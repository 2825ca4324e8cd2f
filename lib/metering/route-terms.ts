import { DEFAULT_TERMS, type RouteTerms } from './call.ts';

/** What was declared where a route is protected; what was left out is as for any route. */
export interface DeclaredTerms extends Partial<RouteTerms> {
  /** The handler explains a refusal to its caller. Without it the gateway answers a bare 403. */
  readonly explained?: boolean;
}

/** What holds for a route. */
export interface KnownTerms {
  readonly terms: RouteTerms;
  readonly explained: boolean;
}

/** A route for which nothing was declared. */
export const UNDECLARED: KnownTerms = { terms: DEFAULT_TERMS, explained: false };

/**
 * Reads the terms of every route with any, as the construct wrote them into the authorizer's environment.
 *
 * @param text JSON: route key → declared terms.
 * @returns finds a route's terms by its key, such as `GET /api/orders/{id}`.
 */
export function readRouteTerms(text: string): (routeKey: string) => KnownTerms {
  const declared = Object.entries(JSON.parse(text) as Record<string, DeclaredTerms>);
  const known = new Map(
    declared.map(([route, { explained = false, ...terms }]): [string, KnownTerms] => [
      route,
      { terms: { ...DEFAULT_TERMS, ...terms }, explained },
    ]),
  );
  return (routeKey) => known.get(routeKey) ?? UNDECLARED;
}

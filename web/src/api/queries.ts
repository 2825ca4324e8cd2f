import { keepPreviousData, queryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { api, bodyOf } from './client.ts';
import type { components, operations } from './schema.d.ts';

export type Key = components['schemas']['Key'];
export type KeyWithSecret = components['schemas']['KeyWithSecret'];
export type Plan = components['schemas']['Plan'];
export type CreditEntry = components['schemas']['CreditEntry'];
export type Usage = operations['get-usage']['responses'][200]['content']['application/json'];
export type Credits = operations['get-credits']['responses'][200]['content']['application/json'];
export type EventEntry = operations['list-events']['responses'][200]['content']['application/json']['entries'][number];
export type NewKey = operations['create-key']['requestBody']['content']['application/json'];
export type KeyEdit = operations['update-key']['requestBody']['content']['application/json'];
export type FoundUser = operations['find-users']['responses'][200]['content']['application/json']['users'][number];

export const accountPath = (email: string) => ({ path: { email } });

const keysOf = (email: string, includeRevoked: boolean) =>
  queryOptions({
    queryKey: ['keys', email, includeRevoked],
    queryFn: () =>
      bodyOf(
        api.GET('/api/user/key/{email}', {
          params: { ...accountPath(email), query: includeRevoked ? { include: 'revoked' } : {} },
        }),
      ),
  });

/** An account's plan and keys. */
export const useKeys = (email: string, { includeRevoked = false } = {}) => useQuery(keysOf(email, includeRevoked));

/** Whether an account is suspended; asked for once a minute at most, as every page shows it. */
export const useIsSuspended = (email: string): boolean =>
  useQuery({ ...keysOf(email, false), select: ({ status }) => status === 'suspended', staleTime: 60_000 }).data ??
  false;

/** A span of time: a length that ends now, or two moments. */
export type Span = { readonly lastMs: number } | { readonly from: string; readonly to: string };

const LIVE_MS = 2_000;
/** How often it is asked for what is to come soon. */
const MOST_ASKED = 100;
const SHORT_MS = 26 * 3_600_000;

const isLive = (span: Span): boolean => 'lastMs' in span && span.lastMs <= SHORT_MS;

/** Usage in a span that moves on with the clock; a short one is read again every 2 s. */
export const useUsage = (
  email: string,
  span: Span,
  query: { keyId?: string; detail?: 'cells'; granularity?: Usage['granularity'] } = {},
  { enabled = true }: { readonly enabled?: boolean } = {},
) =>
  useQuery({
    enabled,
    queryKey: ['usage', email, span, query],
    queryFn: () => {
      const now = Date.now();
      const { from, to } =
        'lastMs' in span ? { from: new Date(now - span.lastMs).toISOString(), to: new Date(now).toISOString() } : span;
      return bodyOf(
        api.GET('/api/user/usage/{email}', { params: { ...accountPath(email), query: { from, to, ...query } } }),
      );
    },
    placeholderData: keepPreviousData,
    refetchInterval: isLive(span) ? LIVE_MS : 30_000,
  });

/**
 * Balances, ledger and how one pays.
 *
 * @param isPaid a payment was made, and its credits are to come: it is asked for them every other second, for some minutes.
 */
export const useCredits = (email: string, { isPaid = false } = {}) =>
  useInfiniteQuery({
    queryKey: ['credits', email],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor }) =>
      bodyOf(api.GET('/api/user/credits/{email}', { params: { ...accountPath(email), query: { cursor, limit: 25 } } })),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchInterval: ({ state }) => (isPaid && state.dataUpdateCount < MOST_ASKED ? LIVE_MS : false),
  });

/** The audit log, newest first. */
export const useEvents = (email: string, type: EventEntry['type'] | undefined) =>
  useInfiniteQuery({
    queryKey: ['events', email, type],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor }) =>
      bodyOf(
        api.GET('/api/user/events/{email}', {
          params: { ...accountPath(email), query: { cursor, limit: 25, type } },
        }),
      ),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });

export const usePlans = () =>
  useQuery({ queryKey: ['plans'], queryFn: () => bodyOf(api.GET('/api/plans')), staleTime: Number.POSITIVE_INFINITY });

/** The plan that an account is on; `undefined` until it is known. */
export function usePlan(email: string): Plan | undefined {
  const name = useKeys(email).data?.plan;
  return usePlans().data?.plans.find((plan) => plan.name === name);
}

export const useUsers = (query: string) =>
  useInfiniteQuery({
    queryKey: ['users', query],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor }) =>
      bodyOf(api.GET('/api/admin/users', { params: { query: { query, cursor, limit: 25 } } })),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });

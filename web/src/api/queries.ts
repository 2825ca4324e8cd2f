import { notifications } from '@mantine/notifications';
import {
  keepPreviousData,
  queryOptions,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { api, bodyOf } from './client.ts';
import type { components, operations } from './schema.d.ts';

export type Key = components['schemas']['Key'];
export type KeyWithSecret = components['schemas']['KeyWithSecret'];
export type Plan = components['schemas']['Plan'];
export type CreditEntry = components['schemas']['CreditEntry'];
export type Usage = operations['get-usage']['responses'][200]['content']['application/json'];
export type EventEntry = operations['list-events']['responses'][200]['content']['application/json']['entries'][number];
export type NewKey = operations['create-key']['requestBody']['content']['application/json'];
export type KeyEdit = operations['update-key']['requestBody']['content']['application/json'];
export type FoundUser = operations['find-users']['responses'][200]['content']['application/json']['users'][number];

const path = (email: string) => ({ path: { email } });

const keysOf = (email: string, includeRevoked: boolean) =>
  queryOptions({
    queryKey: ['keys', email, includeRevoked],
    queryFn: () =>
      bodyOf(
        api.GET('/api/user/key/{email}', {
          params: { ...path(email), query: includeRevoked ? { include: 'revoked' } : {} },
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
const SHORT_MS = 26 * 3_600_000;

const isLive = (span: Span): boolean => 'lastMs' in span && span.lastMs <= SHORT_MS;

/** Usage in a span that moves on with the clock; a short one is read again every 2 s. */
export const useUsage = (
  email: string,
  span: Span,
  query: { keyId?: string; detail?: 'cells' } = {},
  { enabled = true }: { readonly enabled?: boolean } = {},
) =>
  useQuery({
    enabled,
    queryKey: ['usage', email, span, query],
    queryFn: () => {
      const now = Date.now();
      const { from, to } =
        'lastMs' in span ? { from: new Date(now - span.lastMs).toISOString(), to: new Date(now).toISOString() } : span;
      return bodyOf(api.GET('/api/user/usage/{email}', { params: { ...path(email), query: { from, to, ...query } } }));
    },
    placeholderData: keepPreviousData,
    refetchInterval: isLive(span) ? LIVE_MS : 30_000,
  });

/**
 * Balances, ledger and how one pays.
 *
 * @param isPaid a payment was made, and its credits are to come: it is asked for them every other second.
 */
export const useCredits = (email: string, { isPaid = false } = {}) =>
  useInfiniteQuery({
    refetchInterval: isPaid ? LIVE_MS : false,
    queryKey: ['credits', email],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor }) =>
      bodyOf(api.GET('/api/user/credits/{email}', { params: { ...path(email), query: { cursor, limit: 25 } } })),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });

/** The audit log, newest first. */
export const useEvents = (email: string, type: EventEntry['type'] | undefined) =>
  useInfiniteQuery({
    queryKey: ['events', email, type],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor }) =>
      bodyOf(api.GET('/api/user/events/{email}', { params: { ...path(email), query: { cursor, limit: 25, type } } })),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });

export const usePlans = () =>
  useQuery({ queryKey: ['plans'], queryFn: () => bodyOf(api.GET('/api/plans')), staleTime: Number.POSITIVE_INFINITY });

export const useUsers = (query: string) =>
  useInfiniteQuery({
    queryKey: ['users', query],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor }) =>
      bodyOf(api.GET('/api/admin/users', { params: { query: { query, cursor, limit: 25 } } })),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });

/**
 * A change of an account; afterwards all that is shown of it is read again.
 *
 * @param done what tells the reader that it is made, where nothing else does.
 */
export function useChange<Input, Result>(email: string, change: (input: Input) => Promise<Result>, done?: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    // An answer may carry a secret: it is forgotten with the dialog that shows it.
    gcTime: 0,
    onSuccess: () => {
      if (done) notifications.show({ message: done, closeButtonProps: { 'aria-label': 'Dismiss' } });
    },
    onSettled: () =>
      client.invalidateQueries({ predicate: ({ queryKey }) => queryKey.includes(email) || queryKey[0] === 'users' }),
  });
}

const etag = (key: Key): string => `"${key.version}"`;
const keyPath = (email: string, { keyId }: Pick<Key, 'keyId'>) => ({ path: { email, keyId } });

export const createKey = (body: NewKey) => bodyOf(api.POST('/api/user/key', { body }));

export const updateKey = (email: string, key: Key, body: KeyEdit) =>
  bodyOf(
    api.PATCH('/api/user/key/{email}/{keyId}', {
      params: { ...keyPath(email, key), header: { 'if-match': etag(key) } },
      body,
    }),
  );

export const rotateKey = (email: string, key: Key, gracePeriodSeconds: number) =>
  bodyOf(
    api.POST('/api/user/key/{email}/{keyId}/rotate', {
      params: { ...keyPath(email, key), header: { 'if-match': etag(key) } },
      body: { gracePeriodSeconds },
    }),
  );

export const endGrace = (email: string, key: Key) =>
  bodyOf(api.POST('/api/user/key/{email}/{keyId}/end-grace', { params: keyPath(email, key) }));

export const revokeKey = (email: string, key: Key) =>
  bodyOf(api.DELETE('/api/user/key/{email}/{keyId}', { params: keyPath(email, key) }));

export const checkout = (body: { email: string; pack: string; savePaymentMethod: boolean }) =>
  bodyOf(api.POST('/api/billing/checkout', { body }));

export const setTopUp = (email: string, body: { threshold: number; pack: string; monthlyCap: number }) =>
  bodyOf(api.PUT('/api/user/top-up/{email}', { params: path(email), body }));

export const stopTopUp = (email: string) => bodyOf(api.DELETE('/api/user/top-up/{email}', { params: path(email) }));

export const noteView = (email: string) => bodyOf(api.POST('/api/admin/user/{email}/view', { params: path(email) }));

export const grantCredits = (email: string, body: { amount: number; reason: string }) =>
  bodyOf(
    api.POST('/api/admin/user/{email}/credits', {
      params: { ...path(email), header: { 'idempotency-key': crypto.randomUUID() } },
      body,
    }),
  );

export const changePlan = (email: string, plan: string) =>
  bodyOf(api.PUT('/api/admin/user/{email}/plan', { params: path(email), body: { plan } }));

export const changeStatus = (email: string, body: { status: 'active' | 'suspended'; reason: string }) =>
  bodyOf(api.PUT('/api/admin/user/{email}/status', { params: path(email), body }));

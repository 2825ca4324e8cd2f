import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, bodyOf } from './client.ts';
import { type Key, type KeyEdit, type NewKey, accountPath as path } from './queries.ts';

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

/** @param requestKey of one wish: sent twice, as when its answer was lost, it moves credits once. */
export const grantCredits = (email: string, body: { amount: number; reason: string }, requestKey: string) =>
  bodyOf(
    api.POST('/api/admin/user/{email}/credits', {
      params: { ...path(email), header: { 'idempotency-key': requestKey } },
      body,
    }),
  );

export const changePlan = (email: string, plan: string) =>
  bodyOf(api.PUT('/api/admin/user/{email}/plan', { params: path(email), body: { plan } }));

export const changeStatus = (email: string, body: { status: 'active' | 'suspended'; reason: string }) =>
  bodyOf(api.PUT('/api/admin/user/{email}/status', { params: path(email), body }));

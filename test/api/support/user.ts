import type { Service } from './service.ts';

const KEYS = '/api/user/key';

/** A signed-in user, and what a dashboard does for them. */
export async function signIn(service: Pick<Service, 'call' | 'token'>, email: string, options?: { admin?: boolean }) {
  const token = await service.token(email, options);
  const own = encodeURIComponent(email);
  return {
    email,
    token,
    make: (fields: object = {}, headers: Record<string, string> = {}) =>
      service.call(`POST ${KEYS}`, { token, headers, body: { email, ...fields } }),
    keys: (query = '') => service.call(`${KEYS}/${own}${query}`, { token }),
    usage: (query = '') => service.call(`/api/user/usage/${own}${query}`, { token }),
    /** Revokes one key, or all. */
    revoke: (keyId?: string) =>
      service.call(`DELETE ${KEYS}/${own}${keyId === undefined ? '' : `/${keyId}`}`, { token }),
  };
}

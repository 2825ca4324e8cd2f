import { requestToken } from '../../local/identity/request-token.ts';
import type { MadeKey } from './month.ts';
import { KEYS, REVOKED, ROTATED } from './scene.ts';
import type { Service } from './service.ts';

/** A key that can be called with. */
export interface CallableKey extends MadeKey {
  readonly apiKey: string;
}

/** What was made of the account. */
export interface DemoAccount {
  readonly keys: readonly CallableKey[];
  /** Of a backend that asks about each call. */
  readonly backendKey: string;
  /** Ends what a person would end now: it is for last, as nothing is called with it afterwards. */
  finish(): Promise<void>;
}

const PLAN = 'pro';
const ADMIN = 'root@example.com';
const GRANT = { amount: 25_000, reason: 'Goodwill after the outage' };

/**
 * Makes the account by the service's own API: a plan and credits by an admin, keys by their owner.
 *
 * @throws Error if the account has keys already, or the service refuses something.
 */
export async function makeAccount(service: Service, port: number, email: string): Promise<DemoAccount> {
  const [owner, admin] = await Promise.all([requestToken(port, email, false), requestToken(port, ADMIN, true)]);
  const own = encodeURIComponent(email);
  const { hasKey } = await service.ask(owner, 'GET', `/api/user/key/${own}`);
  if (hasKey) throw new Error(`${email} has keys already; choose somebody else by --email, or start an empty instance`);

  await service.ask(admin, 'PUT', `/api/admin/user/${own}/plan`, { plan: PLAN });
  const keys: CallableKey[] = [];
  for (const scene of KEYS) {
    const { name, environment, scopes, rateLimits } = scene;
    const body = { email, name, environment, scopes, ...(rateLimits && { rateLimits }) };
    const { keyId, apiKey } = await service.ask(owner, 'POST', '/api/user/key', body);
    keys.push({ keyId, apiKey, scene });
  }
  const backend = { email, name: 'checkout backend', scopes: ['keys:verify'] };
  const { apiKey: backendKey } = await service.ask(admin, 'POST', '/api/user/key', backend);
  await service.ask(admin, 'POST', `/api/admin/user/${own}/credits`, GRANT);

  const idOf = (name: string) => keys.find(({ scene }) => scene.name === name)?.keyId ?? '';
  return {
    keys,
    backendKey,
    finish: async () => {
      await service.ask(owner, 'POST', `/api/user/key/${own}/${idOf(ROTATED)}/rotate`, { gracePeriodSeconds: 86_400 });
      await service.ask(owner, 'DELETE', `/api/user/key/${own}/${idOf(REVOKED)}`);
    },
  };
}

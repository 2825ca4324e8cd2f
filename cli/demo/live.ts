import type { DemoAccount } from './account.ts';
import type { Random } from './random.ts';
import { REVOKED } from './scene.ts';
import type { Service } from './service.ts';

/** One real call: a key says who it is, or a backend asks about a call that it got, which is charged for. */
export async function callOnce(service: Service, { keys, backendKey }: DemoAccount, random: Random): Promise<void> {
  const callers = keys
    .filter(({ scene }) => scene.name !== REVOKED)
    .map((key) => ({ ...key, weight: key.scene.perHour }));
  const { apiKey, scene } = random.pick(callers);
  if (random.next() < 0.2) return void (await service.call(apiKey, 'GET', '/api/whoami'));
  const { route, credits } = random.pick(scene.routes);
  await service.call(backendKey, 'POST', '/api/keys/verify', { key: apiKey, route, cost: credits });
}

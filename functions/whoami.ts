import { whoami } from '../lib/http/contract/service.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { keyContextOf } from '../lib/http/key-context.ts';

export const handler = endpoint(whoami, ({ event }) => {
  const { keyId, email, name, environment, scopes, expiresAt, standing } = keyContextOf(event);
  const { rateLimits, quota, credits } = standing;
  return { body: { keyId, email, name, environment, scopes, expiresAt, rateLimits: [...rateLimits], quota, credits } };
});

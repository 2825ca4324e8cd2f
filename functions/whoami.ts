import { whoami } from '../lib/http/contract/service.ts';
import { keyContextOf } from '../lib/http/key-context.ts';
import { keyEndpoint } from '../lib/http/key-endpoint.ts';

export const handler = keyEndpoint(whoami, ({ event }) => {
  const { keyId, email, name, environment, scopes, expiresAt, secretEndsAt = null, standing } = keyContextOf(event);
  const { rateLimits, quota, credits } = standing;
  return {
    body: {
      keyId,
      email,
      name,
      environment,
      scopes,
      expiresAt,
      secretEndsAt,
      rateLimits: [...rateLimits],
      quota,
      credits,
    },
  };
});

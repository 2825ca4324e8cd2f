import { randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import type { JWK } from 'jose';
import Provider, { type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider';
import { createMemoryAdapter } from 'oidc-provider/lib/adapters/memory_adapter.js';
import type { LocalUserPool } from '../model.ts';
import { CLIENT_ID, EMAIL_GRANT, IDENTITY_PATH } from './grant.ts';
import { answerInteraction, interactionUrl } from './interactions.ts';
import { signOutPage } from './sign-in-page.ts';

const HOUR_SECONDS = 3_600;

/** The claims of a person, as a Cognito user pool puts them into an ID token. */
const claimsOf = (email: string, groups: readonly string[]) => ({
  sub: email,
  email,
  email_verified: true,
  ...(groups.length > 0 && { 'cognito:groups': [...groups] }),
});

/** The pages of this machine, by either of its names. */
function pagesOf(issuer: string): string[] {
  const { port } = new URL(issuer);
  return [`http://127.0.0.1:${port}/`, `http://localhost:${port}/`];
}

const configuration = (
  { clients }: LocalUserPool,
  issuer: string,
  key: JWK,
  groupsOf: (email: string) => readonly string[],
): Configuration => ({
  adapter: createMemoryAdapter(0),
  features: {
    devInteractions: { enabled: false },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (ctx, form) => {
        ctx.body = signOutPage(form);
      },
    },
  },
  interactions: { url: (_, { uid }) => interactionUrl(uid) },
  // Who signs in agrees to all that the one client asks for, as in a user pool.
  loadExistingGrant: async ({ oidc }) => {
    const { client, session, provider } = oidc;
    if (!client || !session?.accountId) return undefined;
    const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope('openid email profile');
    await grant.save();
    return grant;
  },
  issueRefreshToken: async (_, client) => client.grantTypeAllowed('refresh_token'),
  discovery: { [CLIENT_ID]: clients[0]?.clientId ?? null },
  clients: clients.map(({ clientId, callbackUrls }) => ({
    client_id: clientId,
    redirect_uris: [...new Set([...callbackUrls, ...pagesOf(issuer)])],
    post_logout_redirect_uris: [...new Set([...callbackUrls, ...pagesOf(issuer)])],
    token_endpoint_auth_method: 'none',
    application_type: 'web',
    grant_types: ['authorization_code', 'refresh_token', EMAIL_GRANT],
    response_types: ['code'],
  })),
  jwks: { keys: [key as never] },
  cookies: { keys: [randomBytes(32).toString('base64url')] },
  scopes: ['openid', 'email', 'profile', 'offline_access'],
  claims: { openid: ['sub', 'cognito:groups'], email: ['email', 'email_verified'] },
  // Claims in the ID token itself: the gateway's JWT authorizer asks no userinfo endpoint.
  conformIdTokenClaims: false,
  findAccount: (_, email) => ({ accountId: email, claims: () => claimsOf(email, groupsOf(email)) }),
  ttl: {
    IdToken: HOUR_SECONDS,
    AccessToken: HOUR_SECONDS,
    Interaction: HOUR_SECONDS,
    Session: 14 * 86_400,
    Grant: 14 * 86_400,
  },
});

/** Answers the email grant: `email`, and `admin=true` for a member of the admin group. */
async function emailGrant(ctx: KoaContextWithOIDC, provider: Provider): Promise<void> {
  const { email = '', admin } = (ctx.oidc.params ?? {}) as { email?: string; admin?: string };
  if (!/^[^\s@]+@[^\s@]+$/.test(email))
    throw new errors.InvalidRequest('email must be an address such as ada@example.com');
  const claims = claimsOf(email, admin === 'true' ? ['admin'] : []);
  const token = new provider.IdToken(claims, { ctx } as never);
  Object.assign(token, { scope: 'openid email' });
  for (const [name, value] of Object.entries(claims)) token.set(name, value);
  ctx.body = { id_token: await token.issue({ use: 'idtoken' }), token_type: 'Bearer', expires_in: HOUR_SECONDS };
}

/** A real OpenID provider in the place of the stack's user pool, to be served under {@link IDENTITY_PATH}. */
export function identityProvider(issuer: string, pool: LocalUserPool, key: JWK): RequestListener {
  const admins = new Set<string>();
  const groupsOf = (email: string) => (admins.has(email) ? ['admin'] : []);
  const provider = new Provider(issuer, configuration(pool, issuer, key, groupsOf));
  provider.registerGrantType(EMAIL_GRANT, (ctx) => emailGrant(ctx, provider), ['email', 'admin']);
  const callback = provider.callback();
  return (request, response) => {
    const { url = '/' } = request;
    Object.assign(request, { originalUrl: url });
    request.url = url.slice(IDENTITY_PATH.length) || '/';
    void answerInteraction(provider, request, response, (email, isAdmin) => {
      if (isAdmin) admins.add(email);
      else admins.delete(email);
    }).then((isAnswered) => {
      if (!isAnswered) callback(request, response);
    });
  };
}

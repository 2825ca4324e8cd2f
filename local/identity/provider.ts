import { randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import type { JWK } from 'jose';
import Provider, { type Configuration, errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { createMemoryAdapter } from 'oidc-provider/lib/adapters/memory_adapter.js';
import { LOOPBACKS } from '../loopback.ts';
import type { LocalUserPool } from '../model.ts';
import { claimsOf, isEmail, type Person } from './claims.ts';
import { renderError } from './error-page.ts';
import { CLIENT_ID, EMAIL_GRANT, IDENTITY_PATH } from './grant.ts';
import { returnUrls } from './return-urls.ts';
import { createSignIn, isSignIn, signInUrl } from './sign-in.ts';
import { endSessionLikeCognito, logoutSource } from './sign-out.ts';

const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 86_400;
const DEFAULT_SCOPES = ['openid', 'email', 'profile'];

const configuration = (
  { clients }: LocalUserPool,
  key: JWK,
  origins: readonly string[],
  people: ReadonlyMap<string, Person>,
): Configuration => ({
  adapter: createMemoryAdapter(0),
  features: {
    devInteractions: { enabled: false },
    revocation: { enabled: true, allowedPolicy: (_, client, token) => token.clientId === client.clientId },
    rpInitiatedLogout: { enabled: true, logoutSource },
  },
  discovery: { [CLIENT_ID]: clients[0]?.clientId ?? null },
  clients: clients.map(({ clientId, callbackUrls, logoutUrls }) => ({
    client_id: clientId,
    redirect_uris: returnUrls(callbackUrls),
    post_logout_redirect_uris: returnUrls(logoutUrls),
    token_endpoint_auth_method: 'none',
    application_type: 'native',
    grant_types: ['authorization_code', 'refresh_token', EMAIL_GRANT],
    response_types: ['code'],
  })),
  clientBasedCORS: (_, origin) => origins.includes(origin),
  jwks: { keys: [key as never] },
  cookies: { keys: [randomBytes(32).toString('base64url')] },
  scopes: [...new Set(clients.flatMap(({ scopes }) => (scopes.length > 0 ? scopes : DEFAULT_SCOPES)))],
  claims: { openid: ['sub', 'cognito:groups'], email: ['email', 'email_verified'] },
  // Claims in the ID token itself: the gateway's JWT authorizer asks no userinfo endpoint.
  conformIdTokenClaims: false,
  findAccount: (_, email) => ({
    accountId: email,
    claims: () => claimsOf(people.get(email) ?? { email, isAdmin: false }),
  }),
  interactions: { url: (_, { uid }) => signInUrl(uid), policy: signInOnly() },
  loadExistingGrant,
  renderError,
  // A user pool gives a refresh token with every code, and a new one at each use of it.
  issueRefreshToken: (_, client) => client.grantTypeAllowed('refresh_token'),
  rotateRefreshToken: true,
  ttl: {
    IdToken: HOUR_SECONDS,
    AccessToken: HOUR_SECONDS,
    RefreshToken: 30 * DAY_SECONDS,
    Interaction: HOUR_SECONDS,
    Session: 30 * DAY_SECONDS,
    Grant: 30 * DAY_SECONDS,
  },
});

/** Nobody is asked what the dashboard may know: it is the pool's own client. */
function signInOnly(): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base();
  policy.remove('consent');
  return policy;
}

/** What the dashboard asks for is granted. */
async function loadExistingGrant({ oidc }: KoaContextWithOIDC) {
  const { provider, client, session, requestParamScopes } = oidc;
  if (!client || !session?.accountId) return undefined;
  const known = session.grantIdFor(client.clientId);
  const grant =
    (known && (await provider.Grant.find(known))) ||
    new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope([...requestParamScopes].join(' '));
  await grant.save();
  return grant;
}

/** Answers the email grant: `email`, and `admin=true` for a member of the admin group. */
async function emailGrant(ctx: KoaContextWithOIDC, provider: Provider): Promise<void> {
  const { email = '', admin } = (ctx.oidc.params ?? {}) as { email?: string; admin?: string };
  if (!isEmail(email)) throw new errors.InvalidRequest('email must be an address such as ada@example.com');
  const claims = claimsOf({ email, isAdmin: admin === 'true' });
  const token = new provider.IdToken(claims, { ctx } as never);
  Object.assign(token, { scope: 'openid email' });
  for (const [name, value] of Object.entries(claims)) token.set(name, value);
  ctx.body = { id_token: await token.issue({ use: 'idtoken' }), token_type: 'Bearer', expires_in: HOUR_SECONDS };
}

/** The origins of this machine's dashboard, which browsers know by two names. */
function ownOrigins(issuer: string): string[] {
  const { port } = new URL(issuer);
  return LOOPBACKS.map((host) => `http://${host}:${port}`);
}

/** A real OpenID provider in the place of the stack's user pool, to be served under {@link IDENTITY_PATH}. */
export function identityProvider(issuer: string, pool: LocalUserPool, key: JWK): RequestListener {
  const origins = ownOrigins(issuer);
  const people = new Map<string, Person>();
  const provider = new Provider(issuer, configuration(pool, key, origins, people));
  provider.registerGrantType(EMAIL_GRANT, (ctx) => emailGrant(ctx, provider), ['email', 'admin']);
  endSessionLikeCognito(provider);
  const signIn = createSignIn(provider, origins, (person) => people.set(person.email, person));
  const callback = provider.callback();
  return (request, response) => {
    const { url = '/' } = request;
    if (isSignIn(url)) {
      signIn(request, response).catch((error: unknown) => response.destroy(error as Error));
      return;
    }
    Object.assign(request, { originalUrl: url });
    request.url = url.slice(IDENTITY_PATH.length) || '/';
    callback(request, response);
  };
}

import { createHash, randomBytes } from 'node:crypto';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Listening, listen } from '../../local/gateway/listen.ts';
import { identityProvider } from '../../local/identity/provider.ts';
import { signingKey } from '../../local/identity/signing-key.ts';

const CLIENT = 'dashboard';
const SCOPE = 'openid email profile';

let server: Listening;
let issuer: string;
beforeAll(async () => {
  const key = await signingKey(undefined);
  let provider: ReturnType<typeof identityProvider> | undefined;
  server = await listen((request, response) => provider?.(request, response));
  issuer = `${server.url}/oidc`;
  const urls = ['http://localhost:3000/', `${server.url}/signed-in`, 'https://keys.example.com/'];
  const scopes = SCOPE.split(' ');
  provider = identityProvider(
    issuer,
    { logicalId: 'Pool', clients: [{ clientId: CLIENT, callbackUrls: urls, logoutUrls: urls, scopes }] },
    key,
  );
});
afterAll(() => server.close());

/** A browser, as far as it keeps cookies; it follows redirects within the provider. */
function browser() {
  const cookies = new Map<string, { value: string; path: string }>();
  const visit = async (url: string, init: RequestInit = {}): Promise<Response> => {
    const { pathname } = new URL(url);
    const sent = [...cookies]
      .filter(([, { path }]) => pathname.startsWith(path))
      .map(([name, { value }]) => `${name}=${value}`);
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { cookie: sent.join('; '), ...init.headers },
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, { value, path: /path=([^;]+)/.exec(line)?.[1] ?? '/' });
    }
    const next = response.headers.get('location');
    if (!next || !new URL(next, url).pathname.startsWith('/oidc/')) return response;
    return visit(new URL(next, url).href);
  };
  const submit = (response: Response, fields: Record<string, string>) =>
    visit(response.url, { method: 'POST', body: new URLSearchParams(fields) });
  return { visit, submit };
}

const verifier = randomBytes(32).toString('base64url');
const authorizeUrl = (redirectUri: string, more: Record<string, string> = {}): string =>
  `${issuer}/auth?${new URLSearchParams({
    client_id: CLIENT,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: SCOPE,
    state: 's1',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...more,
  })}`;

const token = async (form: Record<string, string>) => {
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: CLIENT, ...form }),
    headers: { origin: server.url.replace('127.0.0.1', 'localhost') },
  });
  return {
    status: response.status,
    headers: response.headers,
    json: (await response.json()) as Record<string, string>,
  };
};

async function signIn(fields: Record<string, string>, redirectUri = `${server.url}/signed-in`) {
  const person = browser();
  const form = await person.visit(authorizeUrl(redirectUri));
  const back = await person.submit(form, fields);
  const code = new URL(back.headers.get('location') ?? '').searchParams.get('code') ?? '';
  const tokens = await token({
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
  });
  return { ...person, tokens };
}

const claimsIn = async (idToken = '') =>
  (await jwtVerify(idToken, createRemoteJWKSet(new URL(`${issuer}/jwks`)), { issuer, audience: CLIENT })).payload;

describe('the sign-in form', () => {
  it('is labelled, in a language, ready to type into, and runs no script', async () => {
    const response = await browser().visit(authorizeUrl(`${server.url}/signed-in`));
    const html = await response.text();
    expect(response.status).toBe(200);
    expect(html).toContain('<html lang="en">');
    expect(html).toContain('<label for="email">Email address</label>');
    expect(html).toMatch(/<input id="email"[^>]* type="email" required autofocus autocomplete="username"/);
    expect(html).toContain('type="checkbox" name="admin"');
    expect(html).not.toContain('<script');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'; style-src 'sha256-");
  });

  it('says what is wrong with an address, keeps it, and escapes it', async () => {
    const person = browser();
    const form = await person.visit(authorizeUrl(`${server.url}/signed-in`));
    const again = await person.submit(form, { email: '"><b>ada' });
    const html = await again.text();
    expect(again.status).toBe(422);
    expect(html).toContain('role="alert">Enter an email address');
    expect(html).toContain('value="&quot;&gt;&lt;b&gt;ada"');
  });

  it('is filled with the address that the page suggests', async () => {
    const form = await browser().visit(authorizeUrl(`${server.url}/signed-in`, { login_hint: 'ada@example.com' }));
    expect(await form.text()).toContain('value="ada@example.com"');
  });

  it('tells who comes too late that it has expired', async () => {
    const response = await browser().visit(`${issuer}/sign-in/none`);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('This sign-in has expired');
  });
});

describe('signing in', () => {
  it('gives tokens with the claims of a user pool, by code and PKCE, to a page of either name of this machine', async () => {
    const { tokens } = await signIn({ email: 'ada@example.com' });
    expect(tokens.headers.get('access-control-allow-origin')).toBe(server.url.replace('127.0.0.1', 'localhost'));
    expect(tokens.json).toMatchObject({ token_type: 'Bearer', scope: SCOPE, refresh_token: expect.any(String) });
    const claims = await claimsIn(tokens.json.id_token);
    expect(claims).toMatchObject({ sub: 'ada@example.com', email: 'ada@example.com', email_verified: true });
    expect(claims).not.toHaveProperty('cognito:groups');
  });

  it('makes who ticks the box a member of the group admin, also when tokens are renewed', async () => {
    const { tokens } = await signIn({ email: 'root@example.com', admin: 'true' });
    const renewed = await token({ grant_type: 'refresh_token', refresh_token: tokens.json.refresh_token ?? '' });
    for (const { json } of [tokens, renewed]) {
      expect(await claimsIn(json.id_token)).toMatchObject({ 'cognito:groups': ['admin'] });
    }
  });

  it.each(['http://localhost:9/', 'http://127.0.0.1:9/', 'http://localhost:9/signed-in', 'https://keys.example.com/'])(
    'returns to %s',
    async (redirectUri) => {
      const { tokens } = await signIn({ email: 'ada@example.com' }, redirectUri);
      expect(tokens.status).toBe(200);
    },
  );

  it.each(['http://localhost:9/other', 'http://example.com/', 'https://keys.example.com/other'])(
    'does not return to %s',
    async (redirectUri) => {
      const response = await browser().visit(authorizeUrl(redirectUri));
      expect(response.status).toBe(400);
    },
  );

  it('needs no form while the session lasts', async () => {
    const { visit } = await signIn({ email: 'ada@example.com' });
    const silent = await visit(authorizeUrl(`${server.url}/signed-in`, { prompt: 'none' }));
    expect(new URL(silent.headers.get('location') ?? '').searchParams.get('code')).toBeTruthy();
  });

  it('knows no scope that a user pool does not know', async () => {
    const { scopes_supported: scopes } = (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as {
      scopes_supported: string[];
    };
    expect(scopes.toSorted()).toEqual(['email', 'openid', 'profile']);
  });
});

describe('a refresh token', () => {
  it('gives a new ID token and its successor, is good for one use, and can be revoked', async () => {
    const { tokens } = await signIn({ email: 'ada@example.com' });
    const first = tokens.json.refresh_token ?? '';
    const renewed = await token({ grant_type: 'refresh_token', refresh_token: first });
    expect(await claimsIn(renewed.json.id_token)).toMatchObject({ email: 'ada@example.com' });
    const second = renewed.json.refresh_token ?? '';
    expect(second).not.toBe(first);
    await fetch(`${issuer}/token/revocation`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: CLIENT, token: second }),
    });
    expect(await token({ grant_type: 'refresh_token', refresh_token: second })).toMatchObject({ status: 400 });
    expect(await token({ grant_type: 'refresh_token', refresh_token: first })).toMatchObject({ status: 400 });
  });
});

describe('signing out', () => {
  const isSignedIn = async ({ visit }: Pick<ReturnType<typeof browser>, 'visit'>): Promise<boolean> => {
    const silent = await visit(authorizeUrl(`${server.url}/signed-in`, { prompt: 'none' }));
    return new URL(silent.headers.get('location') ?? '').searchParams.has('code');
  };
  const logoutUrl = (fields: Record<string, string>) => `${issuer}/logout?${new URLSearchParams(fields)}`;

  it('as at Cognito ends the session and its refresh tokens, and goes back to the page', async () => {
    const person = await signIn({ email: 'ada@example.com' });
    const out = await person.visit(logoutUrl({ client_id: CLIENT, logout_uri: 'http://localhost:3000/' }));
    expect([out.status, out.headers.get('location')]).toEqual([302, 'http://localhost:3000/']);
    expect(await isSignedIn(person)).toBe(false);
    const { refresh_token = '' } = person.tokens.json;
    expect(await token({ grant_type: 'refresh_token', refresh_token })).toMatchObject({ status: 400 });
  });

  it.each([
    { client_id: CLIENT, logout_uri: 'https://elsewhere.example.com/' },
    { client_id: 'nobody', logout_uri: 'http://localhost:3000/' },
    { client_id: CLIENT },
  ])('leads nowhere but to a page of the client: %o', async (fields) => {
    const person = await signIn({ email: 'ada@example.com' });
    const out = await person.visit(logoutUrl(fields as Record<string, string>));
    expect([out.status, out.headers.get('location')]).toEqual([400, null]);
    expect(await isSignedIn(person)).toBe(true);
  });

  it('as in OpenID Connect ends the session, and goes back to the page', async () => {
    const person = await signIn({ email: 'ada@example.com' });
    const fields = {
      id_token_hint: person.tokens.json.id_token ?? '',
      post_logout_redirect_uri: `${server.url}/signed-in`,
      state: 's2',
    };
    const asked = await person.visit(`${issuer}/session/end?${new URLSearchParams(fields)}`);
    const html = await asked.text();
    const action = /action="([^"]+)"/.exec(html)?.[1] ?? '';
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(html)?.[1] ?? '';
    expect(html).toContain('name="logout" value="yes"');
    const out = await person.visit(action, { method: 'POST', body: new URLSearchParams({ xsrf, logout: 'yes' }) });
    expect(out.headers.get('location')).toBe(`${server.url}/signed-in?state=s2`);
    expect(await isSignedIn(person)).toBe(false);
  });
});

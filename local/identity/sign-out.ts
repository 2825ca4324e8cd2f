import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { pageHeaders, pageHtml } from './page.ts';

/** What of the provider's context is needed here, before it knows of OpenID Connect. */
type Context = Pick<KoaContextWithOIDC, 'path' | 'query' | 'status' | 'body' | 'redirect' | 'cookies'>;

/**
 * Ends a session as Cognito does, at `/logout?client_id=…&logout_uri=…`: at once, and back to an address that the client names.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html
 */
export function endSessionLikeCognito(provider: Provider): void {
  provider.use(async (ctx: Context, next: () => Promise<unknown>) => {
    if (ctx.path !== '/logout') return next();
    const { client_id: clientId, logout_uri: returnTo } = ctx.query;
    const client = typeof clientId === 'string' ? await provider.Client.find(clientId) : undefined;
    if (!client || typeof returnTo !== 'string' || !client.postLogoutRedirectUriAllowed(returnTo)) {
      ctx.status = 400;
      ctx.body = { error: 'invalid_request', error_description: 'client_id or logout_uri is not known' };
      return;
    }
    const session = await provider.Session.get(ctx as never);
    if (session.accountId) await session.destroy();
    ctx.redirect(returnTo);
  });
}

const SUBMIT = "document.getElementById('op.logoutForm').submit()";

/** Sign-out of OpenID Connect asks first; on this machine it need not, as nobody is kept from signing in again. */
export async function logoutSource(ctx: KoaContextWithOIDC, form: string): Promise<void> {
  const confirmed = form.replace(
    '</form>',
    '<input type="hidden" name="logout" value="yes"><button>Sign out</button></form>',
  );
  const target = ctx.oidc.params?.post_logout_redirect_uri;
  const page = {
    title: 'Sign out – Sensei Keys',
    body: `<h1>Signing out</h1>${confirmed}`,
    script: SUBMIT,
    formTargets: typeof target === 'string' && URL.canParse(target) ? [new URL(target).origin] : [],
  };
  ctx.set(pageHeaders(page));
  ctx.body = pageHtml(page);
}

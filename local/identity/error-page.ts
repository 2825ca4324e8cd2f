import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider';
import { escaped, pageHeaders, pageHtml } from './page.ts';

/** What a browser shows of a request that the provider does not take. */
export function renderError(ctx: KoaContextWithOIDC, { error, error_description: reason = '' }: ErrorOut): void {
  const page = {
    title: 'Sign-in failed – Sensei Keys',
    formTargets: [],
    body: `<h1>Sign-in failed</h1><p>${escaped(reason || error)}</p>`,
  };
  ctx.set(pageHeaders(page));
  ctx.body = pageHtml(page);
}

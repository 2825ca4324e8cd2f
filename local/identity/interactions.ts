import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type Provider from 'oidc-provider';
import { IDENTITY_PATH } from './grant.ts';
import { signInPage } from './sign-in-page.ts';

/** Where the provider sends people to say who they are. */
const INTERACTION = '/interaction/';

export const interactionUrl = (uid: string): string => `${IDENTITY_PATH}${INTERACTION}${uid}`;

const isEmail = (value: string): boolean => /^[^\s@]+@[^\s@]+$/.test(value);

/**
 * Answers the page where people say who they are.
 *
 * @param onSignIn told who signed in, and as what.
 * @returns false if the request is for something else.
 */
export async function answerInteraction(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
  onSignIn: (email: string, isAdmin: boolean) => void,
): Promise<boolean> {
  if (!request.url?.startsWith(INTERACTION)) return false;
  const action = IDENTITY_PATH + request.url;
  const show = (message?: string) =>
    response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
      .end(signInPage(action, message));
  if (request.method !== 'POST') {
    show();
    return true;
  }
  const form = new URLSearchParams(await text(request));
  const email = (form.get('email') ?? '').trim().toLowerCase();
  if (!isEmail(email)) {
    show('An address such as ada@example.com is needed.');
    return true;
  }
  onSignIn(email, form.get('admin') === 'true');
  await provider.interactionFinished(request, response, { login: { accountId: email } });
  return true;
}

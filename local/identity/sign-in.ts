import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type Provider from 'oidc-provider';
import { isEmail, type Person } from './claims.ts';
import { IDENTITY_PATH } from './grant.ts';
import { escaped, type Page, sendPage } from './page.ts';

const SIGN_IN_PATH = `${IDENTITY_PATH}/sign-in/`;
const LONGEST_FORM = 4_096;

/** Where the provider sends people who are to sign in. */
export const signInUrl = (uid: string): string => SIGN_IN_PATH + uid;

export const isSignIn = (url: string): boolean => url.startsWith(SIGN_IN_PATH);

interface Form {
  readonly email: string;
  readonly isAdmin: boolean;
  readonly problem?: string;
}

const formPage = ({ email, isAdmin, problem }: Form, formTargets: readonly string[]): Page => ({
  title: problem ? `Error: ${problem} – Sensei Keys` : 'Sign in – Sensei Keys',
  formTargets,
  body: `
<h1>Sign in to Sensei Keys</h1>
<p>On this machine any address will do, and none is sent mail. In AWS this is the page of your user pool.</p>
<form method="post">
<label for="email">Email address</label>
<input id="email" name="email" type="email" required autofocus autocomplete="username" spellcheck="false" placeholder="ada@example.com" value="${escaped(email)}"${problem ? ' aria-invalid="true" aria-describedby="problem"' : ''}>
${problem ? `<p id="problem" role="alert">${escaped(problem)}</p>` : ''}
<label class="tick"><input type="checkbox" name="admin" value="true"${isAdmin ? ' checked' : ''}> Sign in as an admin</label>
<button>Sign in</button>
</form>`,
});

const gonePage = (): Page => ({
  title: 'Sign-in has expired – Sensei Keys',
  formTargets: [],
  body: '<h1>This sign-in has expired</h1><p>Go back to the dashboard, and sign in again.</p>',
});

async function readForm(request: IncomingMessage): Promise<Form> {
  const length = Number(request.headers['content-length']);
  const fields = new URLSearchParams(length <= LONGEST_FORM ? await text(request) : '');
  const email = (fields.get('email') ?? '').trim();
  const isAdmin = fields.get('admin') === 'true';
  return { email, isAdmin, ...(!isEmail(email) && { problem: 'Enter an email address such as ada@example.com.' }) };
}

/**
 * Shows the sign-in form, and takes it.
 *
 * @param formTargets origins that sign-in may return to.
 * @param onSignIn told of each person before they are signed in.
 */
export function createSignIn(
  provider: Provider,
  formTargets: readonly string[],
  onSignIn: (person: Person) => void,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const details = await provider.interactionDetails(request, response).catch(() => undefined);
    if (!details) return sendPage(response, 400, gonePage());
    if (request.method !== 'POST') {
      const hint = details.params.login_hint;
      const email = typeof hint === 'string' ? hint : '';
      return sendPage(response, 200, formPage({ email, isAdmin: false }, formTargets));
    }
    const form = await readForm(request);
    if (form.problem) return sendPage(response, 422, formPage(form, formTargets));
    onSignIn(form);
    await provider.interactionFinished(request, response, { login: { accountId: form.email } });
  };
}

import { requestToken } from '../../local/identity/request-token.ts';
import { Mistake } from '../support/mistake.ts';

/** Who makes the key of a run. */
export interface Person {
  readonly email: string;
  /** An ID token of that email. */
  readonly token: string;
  /** A token that may change plans, if there is one. */
  readonly adminToken: string;
}

/** Somebody new, with the tokens of a local instance. */
export async function localPerson(origin: string): Promise<Person> {
  const port = Number(new URL(origin).port) || 80;
  const email = `load-${Date.now().toString(36)}@example.com`;
  const [token, adminToken] = await Promise.all([
    requestToken(port, email, false),
    requestToken(port, 'root@example.com', true),
  ]);
  return { email, token, adminToken };
}

/**
 * The owner of a token. The service checks the token; here it is only read.
 *
 * @throws Mistake if it is no token, or has no email.
 */
export function ownerOf(token: string): Person {
  const email = emailIn(token);
  if (email === undefined) throw new Mistake('--token is no OIDC ID token with an email');
  return { email, token, adminToken: token };
}

function emailIn(token: string): string | undefined {
  try {
    const { email } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    return typeof email === 'string' ? email : undefined;
  } catch {
    return undefined;
  }
}

import { CLIENT_ID, EMAIL_GRANT, IDENTITY_PATH } from './grant.ts';

const ANSWER_MS = 3_000;

type Answer = Record<string, string | undefined> | null;

/**
 * Asks the identity provider of the instance on a port for an ID token.
 *
 * @throws Error that says why there is none.
 */
export async function requestToken(port: number, email: string, admin: boolean): Promise<string> {
  const issuer = `http://127.0.0.1:${port}${IDENTITY_PATH}`;
  const ask = async (path: string, init?: RequestInit): Promise<Answer> => {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const response = await fetch(issuer + path, { ...init, signal }).catch((cause) => {
      throw new Error(`no instance answers on port ${port}; run npm start, or set PORT`, { cause });
    });
    return (await response.json().catch((cause) => {
      throw new Error(`what answers on port ${port} is no instance of Sensei Keys`, { cause });
    })) as Answer;
  };
  const client = (await ask('/.well-known/openid-configuration'))?.[CLIENT_ID];
  if (!client) throw new Error(`what answers on port ${port} is no instance of Sensei Keys`);
  const form = { grant_type: EMAIL_GRANT, client_id: client, email, admin: String(admin) };
  const answer = await ask('/token', { method: 'POST', body: new URLSearchParams(form) });
  if (!answer?.id_token) throw new Error(answer?.error_description ?? answer?.error ?? 'the provider gave no token');
  return answer.id_token;
}

import createClient, { type Middleware } from 'openapi-fetch';
import { ApiError, type Problem } from './problem.ts';
import type { paths } from './schema.d.ts';

let token: string | undefined;
let onUnauthorized: () => void = () => {};

/** Tells the client whose calls it makes, and whom to tell that the session is over. */
export function setToken(idToken: string | undefined, whenUnauthorized: () => void): void {
  token = idToken;
  onUnauthorized = whenUnauthorized;
}

const authorization: Middleware = {
  onRequest({ request }) {
    if (token !== undefined) request.headers.set('authorization', `Bearer ${token}`);
    return request;
  },
  async onResponse({ response }) {
    if (response.ok) return response;
    if (response.status === 401) onUnauthorized();
    const body: unknown = await response.json().catch(() => undefined);
    throw new ApiError(response.status, body as Problem | undefined, response.headers.get('etag'));
  },
};

/** The API of this origin, as its contract describes it. What is no success is thrown as an `ApiError`. */
export const api = createClient<paths>({ baseUrl: '/' });
api.use(authorization);

/** The body of a success. */
export async function bodyOf<Data>(answer: Promise<{ data?: Data | undefined }>): Promise<Data> {
  const { data } = await answer;
  if (data === undefined) throw new Error('the answer is empty');
  return data;
}

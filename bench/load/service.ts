import type { Options } from './options.ts';
import { localPerson, ownerOf } from './person.ts';

/** What the service has counted for the key of a run. */
export interface Counted {
  /** By the check: accepted calls, exact. */
  readonly accepted: number;
  /** By the analytics. */
  readonly requests: number;
  readonly rejected: number;
  readonly statuses: Readonly<Record<string, number>>;
}

/** A key made for one run, and what the service tells of it. */
export interface Subject {
  readonly apiKey: string;
  readonly plan: string;
  counted(): Promise<Counted>;
  /** Revokes the key, and puts the account back on its plan. */
  close(): Promise<void>;
}

const PLAN = 'scale';
const ANSWER_MS = 20_000;

// biome-ignore lint/suspicious/noExplicitAny: the contract tells what an answer is.
type Json = any;

/** Makes a key, on the greatest plan if the token may choose it. */
export async function openSubject({ origin, token }: Options): Promise<Subject> {
  const person = token === undefined ? await localPerson(origin) : ownerOf(token);
  const own = encodeURIComponent(person.email);

  const call = async (method: string, path: string, body?: object, as = person.token): Promise<Response> =>
    fetch(origin + path, {
      method,
      headers: { authorization: `Bearer ${as}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
  const ask = async (...request: Parameters<typeof call>): Promise<Json> => {
    const response = await call(...request);
    const json: Json = await response.json().catch(() => ({}));
    if (response.ok) return json;
    throw new Error(
      `${request[0]} ${request[1]} answered ${response.status}: ${json.detail ?? json.message ?? 'no reason'}`,
    );
  };
  const plan = (name: string) =>
    call('PUT', `/api/admin/user/${own}/plan`, { plan: name }, person.adminToken).then((answer) =>
      answer.ok ? (answer.json() as Promise<Json>) : undefined,
    );

  const changed = await plan(PLAN);
  const putBack = async () => {
    if (changed && changed.previousPlan !== PLAN) await plan(changed.previousPlan);
  };
  const made = await ask('POST', '/api/user/key', { email: person.email, name: 'load' }).catch(async (error) => {
    await putBack();
    throw error;
  });
  const { keyId, apiKey } = made;
  return {
    apiKey,
    plan: changed ? PLAN : (await ask('GET', `/api/user/key/${own}`)).plan,
    close: async () => {
      await ask('DELETE', `/api/user/key/${own}/${keyId}`);
      await putBack();
    },
    counted: async () => {
      const [{ keys }, { totals, statuses }] = await Promise.all([
        ask('GET', `/api/user/key/${own}`),
        ask('GET', `/api/user/usage/${own}?keyId=${keyId}`),
      ]);
      const key = keys.find((candidate: Json) => candidate.keyId === keyId);
      const { requests, rejected } = totals;
      return { accepted: key?.totalRequests ?? 0, requests, rejected, statuses };
    },
  };
}

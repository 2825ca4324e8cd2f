import { setTimeout as sleep } from 'node:timers/promises';
import type { PLANS } from '../../lib/accounts/plans.ts';
import type { Answer, Call, Client } from './client.ts';
import type { Person, Role, SoakKey } from './people.ts';
import { Tally } from './tally.ts';

const AGAIN_MS = 300;
const PATIENCE_MS = 60_000;
const GRACE_SECONDS = 30;
const GRANTS = [60, 25, -10];

export interface ChoresOptions {
  readonly people: readonly Person[];
  readonly client: Client;
  /** The token of an admin. */
  readonly admin: () => string;
  readonly signal: AbortSignal;
}

const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(Math.random() * from.length)];

/** What people and admins do while keys are called. */
export class Chores {
  readonly #options: ChoresOptions;
  /** How often each was done. */
  readonly done: Record<string, number> = {};
  #grants = 0;
  #turn = 0;

  constructor(options: ChoresOptions) {
    this.#options = options;
  }

  /** Puts everybody on a plan, with keys and credits. */
  async prepare(): Promise<void> {
    for (const person of this.#options.people) {
      if (person.role.plan !== person.plan) await this.#changePlan(person, person.role.plan);
      for (const limits of person.role.keys) await this.#makeKey(person, limits);
      if (person.role.isPoor) await this.#grant(person);
    }
  }

  /** Does the next one. */
  async next(): Promise<void> {
    const people = this.#options.people;
    const customers = people.filter(({ role }) => !role.verifies);
    const turns = [
      () => this.#rotate(pick(people.flatMap(({ keys }) => keys.filter(({ isRevoked }) => !isRevoked)))),
      () => this.#grant(people.find(({ role }) => role.isPoor)),
      () => this.#replace(pick(customers.flatMap(({ keys }) => keys.filter(({ isRevoked }) => !isRevoked)))),
      () => this.#move(people.find(({ role }) => role.moves)),
    ];
    await turns[this.#turn++ % turns.length]?.();
  }

  /** Repeats a request that changes nothing more if it was done already, until it is answered. */
  async #ask(call: Omit<Call, 'token'>, allowed: readonly number[] = []): Promise<Answer> {
    const { client, admin, signal } = this.#options;
    for (const deadline = Date.now() + PATIENCE_MS; ; await sleep(AGAIN_MS, undefined, { signal })) {
      const answer = await client({ ...call, token: admin() });
      signal.throwIfAborted();
      const { status = 0, json, failure } = answer;
      if ((status >= 200 && status < 300) || allowed.includes(status)) return answer;
      // 409: somebody else, or an earlier attempt, has changed it in between.
      const isPassing = status === 0 || status >= 500 || status === 409;
      if (!isPassing || Date.now() > deadline) {
        throw new Error(`${call.to} answered ${status || failure}: ${json?.detail ?? json?.message ?? 'no reason'}`);
      }
    }
  }

  #note(chore: string): void {
    this.done[chore] = (this.done[chore] ?? 0) + 1;
  }

  async #changePlan(person: Person, plan: keyof typeof PLANS): Promise<void> {
    await this.#ask({ to: `PUT /api/admin/user/${encodeURIComponent(person.email)}/plan`, body: { plan } });
    person.plan = plan;
  }

  async #move(person: Person | undefined): Promise<void> {
    if (!person) return;
    await this.#changePlan(person, person.plan === 'free' ? 'pro' : 'free');
    this.#note('plan changes');
  }

  /** A repeat with the same key grants nothing more; a 409 is about credits that are not there to be taken. */
  async #grant(person: Person | undefined): Promise<void> {
    if (!person) return;
    const amount = GRANTS[this.#grants++ % GRANTS.length] ?? 0;
    const to = `POST /api/admin/user/${encodeURIComponent(person.email)}/credits`;
    const call = { to, body: { amount, reason: 'soak' }, idempotencyKey: crypto.randomUUID() };
    const { status } = await this.#ask(call, [409]);
    if (status === 409) return;
    person.granted += amount;
    this.#note('grants');
  }

  /** A rotation whose answer is lost has given the key a secret that nobody knows: the former one goes on for its grace. */
  async #rotate(key: SoakKey | undefined): Promise<void> {
    if (!key) return;
    const own = encodeURIComponent(key.person.email);
    const to = `POST /api/user/key/${own}/${key.keyId}/rotate`;
    const { json } = await this.#ask({ to, body: { gracePeriodSeconds: GRACE_SECONDS } });
    key.secret = json.apiKey;
    this.#note('rotations');
  }

  async #makeKey(person: Person, rateLimits: Role['keys'][number]): Promise<void> {
    await this.#revokeUnknown(person);
    const scopes = person.role.verifies ? ['keys:verify'] : [];
    const body = { email: person.email, name: person.role.name, scopes, rateLimits };
    const { client, admin, signal } = this.#options;
    for (;;) {
      const { status, json } = await client({ to: 'POST /api/user/key', token: admin(), body });
      signal.throwIfAborted();
      if (status === 201 && json) {
        const { keyId, apiKey: secret } = json;
        person.keys.push({ keyId, person, secret, isRevoked: false, tally: new Tally() });
        return;
      }
      if (status !== undefined && status < 500 && status !== 409) throw new Error(`no key is made: ${status}`);
      await sleep(AGAIN_MS, undefined, { signal });
      await this.#revokeUnknown(person);
    }
  }

  /** A key whose making was not answered is nobody's, and has a place in its plan. */
  async #revokeUnknown(person: Person): Promise<void> {
    const own = encodeURIComponent(person.email);
    const { json } = await this.#ask({ to: `GET /api/user/key/${own}` });
    const known = new Set(person.keys.map(({ keyId }) => keyId));
    for (const { keyId } of json.keys as { keyId: string }[]) {
      if (!known.has(keyId)) await this.#ask({ to: `DELETE /api/user/key/${own}/${keyId}` });
    }
  }

  async #replace(key: SoakKey | undefined): Promise<void> {
    if (!key) return;
    const { person } = key;
    await this.#ask({ to: `DELETE /api/user/key/${encodeURIComponent(person.email)}/${key.keyId}` });
    key.isRevoked = true;
    this.#note('replacements');
    const isOpen = person.keys.filter(({ isRevoked }) => !isRevoked).length;
    await this.#makeKey(person, person.role.keys[isOpen] ?? []);
  }
}

import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeSecret } from '../../lib/keys/secret.ts';
import type { Answer, Client } from './client.ts';
import type { Lines } from './lines.ts';
import type { Outages } from './outages.ts';
import type { Person, SoakKey } from './people.ts';

const TICK_MS = 20;
/** No more calls at once, for each call a second: else a slow machine only makes a queue. */
const WAITING_SHARE = 1;
const LEAST_WAITING = 16;
/** Whom nobody listens to tries again after a while. */
const BACK_OFF_MS = 500;
const DEAREST = 5;
/** Of calls by, or about, keys: those of a key that is revoked. */
const REVOKED_SHARE = 0.05;

export interface TrafficOptions {
  readonly people: readonly Person[];
  readonly client: Client;
  readonly outages: Outages;
  readonly lines: Lines;
  readonly rps: number;
}

const pick = <T>(from: readonly T[]): T => from[Math.floor(Math.random() * from.length)] as T;

/** Mixed traffic at an even rate, and what became of it. */
export class Traffic {
  readonly #options: TrafficOptions;
  readonly #underWay = new Set<Promise<void>>();
  #isPaused = false;
  #waitsUntil = 0;
  sent = 0;
  /** Calls by the status of their answer, or by what failed. */
  readonly answers: Record<string, number> = {};
  /** Failures that no restart explains. */
  readonly unexplained: Record<string, number> = {};
  /** Kinds of calls with how often each is made, of 100. */
  readonly #kinds: readonly { readonly share: number; readonly send: () => Promise<void> }[] = [
    { share: 45, send: () => this.#whoami(this.#someKey()) },
    { share: 38, send: () => this.#verify() },
    { share: 3, send: () => this.#garbage() },
    { share: 4, send: () => this.#read('usage') },
    { share: 5, send: () => this.#read('key') },
    { share: 3, send: () => this.#read('credits') },
    { share: 2, send: () => this.#read('events') },
  ];

  constructor(options: TrafficOptions) {
    this.#options = options;
  }

  /** Sends until it is told to stop, and until all is answered. */
  async run(stop: AbortSignal): Promise<void> {
    const { rps } = this.#options;
    const most = Math.max(LEAST_WAITING, rps * WAITING_SHARE);
    let due = 0;
    for (let last = Date.now(); !stop.aborted; await sleep(TICK_MS)) {
      const now = Date.now();
      due = this.#isPaused || now < this.#waitsUntil ? 0 : Math.min(due + ((now - last) / 1_000) * rps, rps);
      last = now;
      for (; due >= 1 && this.#underWay.size < most; due--) this.#send();
    }
    await Promise.all(this.#underWay);
  }

  /** Sends nothing for a while. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
  }

  #send(): void {
    const call: Promise<void> = this.#someKind().finally(() => this.#underWay.delete(call));
    this.#underWay.add(call);
  }

  #someKind(): Promise<void> {
    let at = Math.random() * 100;
    for (const { share, send } of this.#kinds) {
      at -= share;
      if (at < 0) return send();
    }
    return this.#garbage();
  }

  #note(answer: Answer): void {
    this.sent += 1;
    const name = String(answer.status ?? answer.failure);
    this.answers[name] = (this.answers[name] ?? 0) + 1;
    if (answer.failure === 'ECONNREFUSED') this.#waitsUntil = Date.now() + BACK_OFF_MS;
    const isFailure = answer.status === undefined || answer.status >= 500;
    if (isFailure && !this.#options.outages.explains(answer)) {
      this.unexplained[name] = (this.unexplained[name] ?? 0) + 1;
    }
  }

  /** A key of a customer: mostly one that is accepted. */
  #someKey(): SoakKey {
    const keys = this.#options.people.filter(({ role }) => !role.verifies).flatMap((person) => person.keys);
    const revoked = keys.filter(({ isRevoked }) => isRevoked);
    if (revoked.length > 0 && Math.random() < REVOKED_SHARE) return pick(revoked);
    return pick(keys.filter(({ isRevoked }) => !isRevoked));
  }

  async #whoami({ tally, secret }: SoakKey): Promise<void> {
    const { client, outages, lines } = this.#options;
    const answer = await client({ to: 'GET /api/whoami', key: secret });
    this.#note(answer);
    const outcome = outages.outcomeOf(answer);
    tally.add(outcome);
    lines.add(tally, outcome, answer.endedAt);
  }

  /** Two keys are charged: the backend's, and the one it asks about, which also pays. */
  async #verify(): Promise<void> {
    const { client, outages, lines, people } = this.#options;
    const backend = pick(people.filter(({ role }) => role.verifies).flatMap(({ keys }) => keys));
    const subject = this.#someKey();
    const cost = 1 + Math.floor(Math.random() * DEAREST);
    const body = { key: subject.secret, cost, route: 'POST /orders' };
    const answer = await client({ to: 'POST /api/keys/verify', key: backend.secret, body });
    this.#note(answer);
    const own = outages.outcomeOf(answer);
    backend.tally.add(own);
    lines.add(backend.tally, own, answer.endedAt);
    // Whoever may not ask has asked nothing.
    if (own === 'refused') return;
    const verdict = answer.json?.valid === true ? 'accepted' : answer.json?.valid === false ? 'refused' : 'unknown';
    const outcome = own === 'accepted' ? verdict : own;
    subject.tally.add(outcome);
    subject.person.spent.add(outcome, cost);
    lines.add(subject.tally, outcome, answer.endedAt);
  }

  async #garbage(): Promise<void> {
    const key = Math.random() < 0.5 ? makeSecret('live', randomBytes) : 'sk_live_nonsense';
    this.#note(await this.#options.client({ to: 'GET /api/whoami', key }));
  }

  async #read(what: 'usage' | 'key' | 'credits' | 'events'): Promise<void> {
    const { email, token } = pick(this.#options.people);
    this.#note(await this.#options.client({ to: `GET /api/user/${what}/${encodeURIComponent(email)}`, token }));
  }
}

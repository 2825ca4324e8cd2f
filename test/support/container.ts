import type { Secret } from '../../lib/keys/secret.ts';
import { createCheck } from '../../lib/metering/check.ts';
import { NOW } from './records.ts';
import { commands, type Intercept, type Sent, type Store } from './store.ts';

/** One warm container of the authorizer: its own connection and memory, and a clock that the test moves. */
export interface Container {
  readonly check: ReturnType<typeof createCheck>;
  /** What the container has sent. */
  readonly sent: readonly Sent[];
  /** Milliseconds since the epoch. */
  now: number;
  /** A check in short: `allowed` or the code of its refusal, and the commands that it sent. */
  ask(secret: Secret | string): Promise<[string, ...string[]]>;
}

let containers = 0;

/** Six characters of base 36, as each container draws; here no two are the same. */
export const containerName = (): string => (containers++).toString(36).padStart(6, '0');

/** Starts a container that has seen nothing yet. */
export function newContainer(store: Store, intercept?: Intercept): Container {
  const db = store.connect(intercept);
  const check = createCheck(db, () => container.now, containerName());
  const container: Container = {
    check,
    sent: db.sent,
    now: NOW,
    ask: async (secret) => {
      const before = db.sent.length;
      const verdict = await check(secret);
      return [verdict.allowed ? 'allowed' : verdict.refusal.code, ...commands(db.sent.slice(before))];
    },
  };
  return container;
}

/** A container that has accepted a call with the secret. */
export async function warmContainer(store: Store, secret: Secret, intercept?: Intercept): Promise<Container> {
  const container = newContainer(store, intercept);
  const [answer] = await container.ask(secret);
  if (answer !== 'allowed') throw new Error(`expected a key that is accepted, was answered ${answer}`);
  return container;
}

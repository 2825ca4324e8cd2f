import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { accountKey, cell, hot } from '../../lib/accounts/account.ts';
import { normalizeEmail } from '../../lib/accounts/email.ts';
import { PLANS } from '../../lib/accounts/plans.ts';
import { periodIndex } from '../../lib/metering/periods.ts';
import type { Database } from '../../lib/store/database.ts';
import { requestToken } from '../../local/identity/request-token.ts';
import { Tally } from './tally.ts';

/** A key that is called, and what its callers have seen. */
export interface SoakKey {
  readonly keyId: string;
  readonly person: Person;
  /** Its newest secret. */
  secret: string;
  isRevoked: boolean;
  readonly tally: Tally;
}

/** An account, and what is known of it. */
export interface Person {
  readonly email: string;
  plan: keyof typeof PLANS;
  readonly role: Role;
  readonly keys: SoakKey[];
  /** Credits that calls have spent. */
  readonly spent: Tally;
  /** Purchased credits that an admin has given, less those taken back. */
  granted: number;
  /** Included credits of this month that were spent before the first call. */
  readonly spentBefore: number;
  token: string;
}

type RateLimit = { readonly name: string; readonly limit: number; readonly windowSeconds: number };

/** What somebody is for. */
export interface Role {
  readonly name: string;
  readonly plan: keyof typeof PLANS;
  /** The limits of each key. */
  readonly keys: readonly (readonly RateLimit[])[];
  /** Its keys ask about those of others. */
  readonly verifies?: boolean;
  /** It has nothing left of what its plan includes, and lives on what it is granted. */
  readonly isPoor?: boolean;
  /** It goes from plan to plan. */
  readonly moves?: boolean;
}

const few: RateLimit = { name: 'few', limit: 15, windowSeconds: 10 };

const ROLES: readonly Role[] = [
  { name: 'backend', plan: 'scale', keys: [[], []], verifies: true },
  { name: 'shop', plan: 'pro', keys: [[], [few], []] },
  { name: 'poor', plan: 'free', keys: [[], []], isPoor: true },
  { name: 'mover', plan: 'free', keys: [[], [few]], moves: true },
];

/** Everybody of a run; an account that is poor has spent what its plan includes already. */
export async function makePeople(db: Database): Promise<Person[]> {
  const people = ROLES.map((role): Person => {
    const spentBefore = role.isPoor ? PLANS[role.plan].includedCredits : 0;
    const email = `${role.name}@example.com`;
    return { email, role, plan: 'free', keys: [], spent: new Tally(), granted: 0, spentBefore, token: '' };
  });
  for (const { email: address, spentBefore } of people) {
    const email = normalizeEmail(address);
    if (!email || spentBefore === 0) continue;
    const month = cell(hot.includedSpent, periodIndex('month', Date.now()));
    const Item = { ...accountKey(email), [month]: spentBefore };
    await db.client.send(new PutCommand({ TableName: db.tables.userPreferences, Item }));
  }
  return people;
}

/** Tokens of people, and the one of an admin. */
export async function signIn(people: readonly Person[], port: number): Promise<string> {
  for (const person of people) person.token = await requestToken(port, person.email, false);
  return requestToken(port, 'root@example.com', true);
}

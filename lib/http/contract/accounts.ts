import * as z from 'zod';
import { ENTRY_KINDS } from '../../credits/ledger.ts';
import { operation } from '../operation.ts';
import { billing } from './billing.ts';
import { email, idempotencyKey, instant, label, accountStatus as status } from './common.schema.ts';
import { accountCursor, cursor, limit } from './page.schema.ts';

const plan = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,31}$/, 'Invalid plan: expected the name of a plan, as in pro')
  .meta({ description: 'The name of one of the plans that GET /api/plans lists.', example: 'pro' });

export const changePlan = operation({
  id: 'change-plan',
  summary:
    "Put a user's account on a plan, from the next call on; nothing is prorated, and what was used this period counts",
  method: 'PUT',
  path: '/api/admin/user/{email}/plan',
  access: 'admin',
  params: z.strictObject({ email }),
  body: z.strictObject({ plan }),
  status: 200,
  response: z.object({ email: z.string(), plan, previousPlan: plan }),
});

const rateLimit = z.object({ name: z.string(), limit: z.int(), windowSeconds: z.int() });
const days = z.int().nullable();

export const listPlans = operation({
  id: 'list-plans',
  summary: 'The plans, what each allows, and the packs of credits that can be bought',
  method: 'GET',
  path: '/api/plans',
  access: 'public',
  status: 200,
  response: z.object({
    plans: z.array(
      z
        .object({
          name: plan,
          keys: z.int().meta({ description: 'Greatest number of keys that are not revoked.' }),
          keyLifetimeDays: days.meta({ description: 'Longest life of a key; null is without end.' }),
          secretMaxAgeDays: days.meta({ description: 'By then a key must be rotated; null is never.' }),
          idleNoticeDays: days,
          idleDisableDays: days.meta({
            description: 'A key that was not used for so long is disabled; null is never.',
          }),
          rateLimits: z.array(rateLimit).meta({ description: 'Of the account as a whole, shared by its keys.' }),
          quota: z.object({ limit: z.int(), period: z.enum(['day', 'month']) }).nullable(),
          includedCredits: z
            .int()
            .meta({ description: 'Each calendar month, UTC; what is left of them does not stay.' }),
          packs: z.array(
            z.object({
              name: z.string(),
              credits: z.int(),
              price: z.object({
                amount: z.int().meta({ description: 'In the least unit of the currency, such as cents.' }),
                currency: z.string().meta({ example: 'usd' }),
              }),
            }),
          ),
        })
        .meta({ id: 'Plan' }),
    ),
  }),
});

export const reason = label(200).meta({ description: 'Kept in the audit log, and shown to the user.' });

export const changeStatus = operation({
  id: 'change-status',
  summary: "Suspend a user's account from the next call on, or restore it",
  method: 'PUT',
  path: '/api/admin/user/{email}/status',
  access: 'admin',
  params: z.strictObject({ email }),
  body: z.strictObject({ status, reason }),
  status: 200,
  response: z.object({ email: z.string(), status, previousStatus: status }),
});

export const viewAccount = operation({
  id: 'view-account',
  summary: "Note in a user's audit log that an admin looks at the account as its user sees it",
  method: 'POST',
  path: '/api/admin/user/{email}/view',
  access: 'admin',
  params: z.strictObject({ email }),
  status: 200,
  response: z.object({ email: z.string() }),
});

const balance = z.object({ included: z.int(), purchased: z.int(), total: z.int() });

const entry = z
  .object({
    entryId: z.string(),
    kind: z.enum(ENTRY_KINDS),
    amount: z.int().meta({ description: 'Of both balances together; negative where it was taken.' }),
    included: z.int(),
    purchased: z.int(),
    balance: balance.meta({ description: 'After this entry.' }),
    at: instant,
    actor: z.string().meta({ description: 'Empty for what comes of calls and calendars.' }),
    reason: z.string(),
  })
  .meta({ id: 'CreditEntry' });

export const getCredits = operation({
  id: 'get-credits',
  summary: 'What an account can spend, and its ledger, newest first',
  method: 'GET',
  path: '/api/user/credits/{email}',
  access: 'user',
  params: z.strictObject({ email }),
  query: z.strictObject({ cursor: cursor.optional(), limit }),
  status: 200,
  response: z.object({
    balance: balance.meta({ description: 'Now. What calls have spent since the newest entry is in a later one.' }),
    resetsAt: instant.meta({ description: 'When the included credits begin anew.' }),
    entries: z.array(entry),
    nextCursor: z.string().nullable(),
    billing,
  }),
});

const MOST = 1_000_000_000;

export const grantCredits = operation({
  id: 'grant-credits',
  summary: 'Give a user credits that are kept until spent, or take them back; a balance never goes below 0',
  method: 'POST',
  path: '/api/admin/user/{email}/credits',
  access: 'admin',
  params: z.strictObject({ email }),
  headers: z.object({ 'idempotency-key': idempotencyKey }),
  body: z.strictObject({
    amount: z
      .int()
      .min(-MOST)
      .max(MOST)
      .refine((amount) => amount !== 0, 'Invalid amount: expected another number than 0'),
    reason,
  }),
  status: 200,
  response: entry,
});

const found = z.object({
  email: z.string(),
  plan,
  status,
  keys: z.int().meta({ description: 'That are not revoked.' }),
  lastUsedAt: instant.nullable(),
  balance,
});

export const findUsers = operation({
  id: 'find-users',
  summary: 'Find accounts by the beginning of their address',
  method: 'GET',
  path: '/api/admin/users',
  access: 'admin',
  query: z.strictObject({
    query: z
      .string()
      .max(254)
      .transform((text) => text.trim().normalize('NFC').toLowerCase())
      .default('')
      .meta({ description: 'What the address begins with; all accounts without it.' }),
    cursor: accountCursor.optional(),
    limit,
  }),
  status: 200,
  response: z.object({ users: z.array(found), nextCursor: z.string().nullable() }),
});

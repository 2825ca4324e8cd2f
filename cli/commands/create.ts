import { randomBytes } from 'node:crypto';
import { Command, Option } from 'commander';
import { ulid } from 'ulid';
import type { Email } from '../../lib/accounts/email.ts';
import { idempotencyKey } from '../../lib/http/contract/common.schema.ts';
import { newKey } from '../../lib/http/contract/key.schema.ts';
import { PlanRefusal, policyWithin } from '../../lib/keys/key-policy.ts';
import { viewKey } from '../../lib/keys/key-view.ts';
import { createKey } from '../../lib/keys/keys.store.ts';
import { makeSecret } from '../../lib/keys/secret.ts';
import { email, positive, quota, rateLimit, several, wholeNumber } from '../support/arguments.ts';
import { changeOf } from '../support/change.ts';
import { onService } from '../support/connection.ts';
import { printSecret, SECRET_HELP } from '../support/key-fields.ts';
import { checked } from '../support/wrong-use.ts';

interface Options {
  readonly scope?: string[];
  readonly allowIp?: string[];
  readonly limit?: ReturnType<typeof rateLimit>[];
  readonly idempotencyKey?: string;
  readonly [option: string]: unknown;
}

/** Which option gives a field of the contract. */
const OPTION_OF = {
  name: '--name',
  environment: '--environment',
  expiresInDays: '--expires-in-days',
  scopes: '--scope',
  allowedIps: '--allow-ip',
  rateLimits: '--limit',
  quota: '--quota',
  dailyCredits: '--daily-credits',
};

const text = (given: string): string => given;

/** `create EMAIL`: makes a key, as an admin may. */
export const createCommand = (): Command =>
  new Command('create')
    .description("make a key for a user; its limits may exceed the plan's, its life may not")
    .argument('<email>', 'whose', email)
    .option('--name <text>', 'what people call it (default: "default")')
    .addOption(new Option('--environment <name>', 'default: live').choices(['live', 'test']))
    .option('--expires-in-days <n>', "its life (default: the longest of the account's plan)", wholeNumber(1, 3_650))
    .option('--scope <scope>', 'grants a scope such as orders:read; may be given again', several(text))
    .option(
      '--allow-ip <address>',
      'callers may have this address or be in this CIDR range; may be given again',
      several(text),
    )
    .option('--limit <name=calls/seconds>', 'a rate limit such as burst=10/1; up to three times', several(rateLimit))
    .option('--quota <calls/period>', 'calls in a day or a month, such as 1000/day', quota)
    .option('--daily-credits <n>', 'credits that it may spend in a day', positive)
    .option('--idempotency-key <text>', 'a repeat with the same one within 24 hours makes no second key')
    .addHelpText('after', SECRET_HELP)
    .action(
      onService(async (service, owner: Email, { scope, allowIp, limit, idempotencyKey: own, ...given }: Options) => {
        const fields = { email: owner, ...given, scopes: scope, allowedIps: allowIp, rateLimits: limit };
        const { email: _, ...request } = checked(newKey, fields, OPTION_OF);
        const repeat = checked(idempotencyKey, own, { '': '--idempotency-key' });
        const context = await changeOf(service, owner);
        const secret = makeSecret(request.environment, randomBytes);
        const result = await createKey(service.db, context, {
          keyId: ulid(context.at),
          secret,
          policy: (plan) => policyWithin(plan, request, context.at, true),
          idempotencyKey: repeat,
        }).catch(planRefusal);
        switch (result.kind) {
          case 'created':
            return printSecret(service.json, viewKey(result.key, result.account, context.at), secret);
          case 'key_limit_reached':
            throw new Error(`plan ${result.plan.name} allows ${result.plan.keys} keys, and the account has as many`);
          case 'repeated':
            throw new Error(
              `this --idempotency-key made key ${result.keyId} already; its secret cannot be shown again`,
            );
        }
      }),
    );

function planRefusal(error: unknown): never {
  if (!(error instanceof PlanRefusal)) throw error;
  const told = error.fields.map(({ field, message }) => `${optionOf(field)}: ${message}`);
  throw new Error(told.join('; '), { cause: error });
}

/** The option that a field came from, as `--limit` of `rateLimits[0].limit`. */
function optionOf(field: string): string {
  const [name = ''] = /^\w+/.exec(field) ?? [];
  return OPTION_OF[name as keyof typeof OPTION_OF] ?? field;
}

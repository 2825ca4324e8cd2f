import * as z from 'zod';
import { email, instant, label } from './common.schema.ts';

export const environment = z.enum(['live', 'test']);

export const scopes = z
  .array(
    z
      .string()
      .regex(/^[a-z][a-z0-9:._*-]{0,63}$/, 'Invalid scope: expected [a-z][a-z0-9:._*-]{0,63}, as in orders:read'),
  )
  .max(50);

export const allowedIps = z
  .array(
    z.union(
      [z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()],
      'Invalid address: expected IPv4 or IPv6, or CIDR such as 192.0.2.0/24 or 2001:db8::/32',
    ),
  )
  .max(50);

const limit = z.int().min(1).max(1_000_000_000);

export const rateLimits = z
  .array(
    z.strictObject({
      name: z.string().regex(/^[a-z][a-z0-9_-]{0,31}$/, 'Invalid name: expected [a-z][a-z0-9_-]{0,31}, as in burst'),
      limit,
      windowSeconds: z.int().min(1).max(86_400),
    }),
  )
  .max(3)
  .refine((limits) => new Set(limits.map(({ name }) => name)).size === limits.length, 'Names must differ');

export const quota = z.strictObject({ limit, period: z.enum(['day', 'month']) }).nullable();

export const dailyCredits = limit.nullable().meta({ description: 'Credits that its calls may spend in a day (UTC).' });

/** A key as people see it. */
export const key = z
  .object({
    keyId: z.string(),
    name: z.string(),
    hint: z.string().meta({ description: 'What is shown of the newest secret.', example: 'sk_live_AbCd…wXyZ' }),
    environment,
    status: z.enum(['active', 'disabled', 'expired', 'revoked']),
    scopes: z.array(z.string()),
    allowedIps: z.array(z.string()),
    rateLimits: z.array(z.object({ name: z.string(), limit: z.int(), windowSeconds: z.int() })),
    quota: z.object({ limit: z.int(), period: z.enum(['day', 'month']) }).nullable(),
    dailyCredits: z.int().nullable().meta({ description: 'Credits that its calls may spend in a day (UTC).' }),
    createdAt: instant,
    expiresAt: instant.nullable(),
    rotateBy: instant.nullable().meta({
      description: 'When the newest secret reaches the greatest age that the plan allows; it is refused from then on.',
    }),
    lastUsedAt: instant.nullable(),
    totalRequests: z.int(),
    version: z.int().meta({ description: 'Changes with every change of the key.' }),
    secrets: z.array(
      z.object({
        hint: z.string(),
        createdAt: instant,
        expiresAt: instant.nullable().meta({ description: 'When its grace period ends, or it is too old.' }),
        lastUsedAt: instant.nullable().meta({ description: 'Of a former secret: since it was followed by another.' }),
      }),
    ),
  })
  .meta({ id: 'Key' });

export const keyWithSecret = z
  .object({
    ...key.shape,
    apiKey: z.string().meta({ description: 'The secret, shown this once.', example: 'sk_live_<36 characters>' }),
  })
  .meta({ id: 'KeyWithSecret' });

/** What one may change about a key. What is not given stays. */
export const keyEdit = z
  .strictObject({
    name: label(100).exactOptional(),
    status: z
      .enum(['active', 'disabled'])
      .exactOptional()
      .meta({ description: 'Active lifts a disabling; it revives no expired or revoked key.' }),
    scopes: scopes.exactOptional(),
    allowedIps: allowedIps.exactOptional(),
    rateLimits: rateLimits.exactOptional(),
    quota: quota.exactOptional(),
    dailyCredits: dailyCredits.exactOptional(),
    expiresAt: instant
      .nullable()
      .exactOptional()
      .meta({ description: "A time to come, within the plan's longest life from now." }),
  })
  .refine((edit) => Object.keys(edit).length > 0, 'Invalid change: expected at least one field');

/** What one may decide about a new key. Everything but the email has a default. */
export const newKey = z.strictObject({
  email,
  name: label(100).default('default'),
  environment: environment.default('live'),
  expiresInDays: z.int().min(1).max(3_650).optional().meta({ description: "Default: the plan's longest life." }),
  scopes: scopes.default([]),
  allowedIps: allowedIps.default([]),
  rateLimits: rateLimits.default([]),
  quota: quota.default(null),
  dailyCredits: dailyCredits.default(null),
});

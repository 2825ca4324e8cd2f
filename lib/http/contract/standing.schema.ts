import * as z from 'zod';

/** What an account has left. */
export const accountStanding = {
  quota: z
    .object({ limit: z.int(), period: z.enum(['day', 'month']), remaining: z.int(), resetSeconds: z.int() })
    .nullable(),
  credits: z.object({ included: z.int(), purchased: z.int(), total: z.int() }),
};

/** What a key has left. */
export const standing = {
  rateLimits: z.array(
    z.object({
      name: z.string(),
      limit: z.int(),
      windowSeconds: z.int(),
      remaining: z.int(),
      resetSeconds: z.int(),
    }),
  ),
  ...accountStanding,
};

import * as z from 'zod';

/** Where a list goes on. */
export const cursor = z
  .string()
  .regex(/^[0-9A-Z]{26}$/, 'Invalid cursor: expected the nextCursor of the page before')
  .meta({ description: 'The nextCursor of the page before.' });

/** How many entries a page has. */
export const limit = z
  .string()
  .regex(/^\d{1,3}$/, 'Invalid limit: expected a whole number from 1 to 100')
  .transform(Number)
  .refine((count) => count >= 1 && count <= 100, 'Invalid limit: expected a whole number from 1 to 100')
  .default(25)
  .meta({ description: 'From 1 to 100.' });

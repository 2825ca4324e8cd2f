import * as z from 'zod';
import { address } from './common.schema.ts';

const BAD_CURSOR = 'Invalid cursor: expected the nextCursor of the page before';
const OF_CURSOR = { description: 'The nextCursor of the page before.' };

/** Where a list goes on. */
export const cursor = z
  .string()
  .regex(/^[0-9A-Z]{26}$/, BAD_CURSOR)
  .meta(OF_CURSOR);

/** Where a list of accounts goes on. */
export const accountCursor = address(BAD_CURSOR).meta(OF_CURSOR);

const [LEAST, MOST, USUAL] = [1, 100, 25];
const BAD_LIMIT = `Invalid limit: expected a whole number from ${LEAST} to ${MOST}`;

/** How many entries a page has. */
export const limit = z
  .string()
  .regex(/^\d{1,3}$/, BAD_LIMIT)
  .transform(Number)
  .refine((count) => count >= LEAST && count <= MOST, BAD_LIMIT)
  .default(USUAL)
  .meta({
    description: `From ${LEAST} to ${MOST}.`,
    // A query is text, but what it writes is a number.
    override: ({ jsonSchema }) => {
      delete jsonSchema.pattern;
      Object.assign(jsonSchema, { type: 'integer', minimum: LEAST, maximum: MOST, default: USUAL });
    },
  });

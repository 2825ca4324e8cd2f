import * as z from 'zod';
import { EVENT_TYPES } from '../../events/event.ts';
import { operation } from '../operation.ts';
import { email, instant } from './common.schema.ts';
import { cursor, limit } from './page.schema.ts';

const type = z.enum(EVENT_TYPES);

export const listEvents = operation({
  id: 'list-events',
  summary: "A user's audit log, newest first: every change, by whom and through which request; kept for 400 days",
  method: 'GET',
  path: '/api/user/events/{email}',
  access: 'user',
  params: z.strictObject({ email }),
  query: z.strictObject({
    cursor: cursor.optional(),
    limit,
    type: type.optional().meta({
      description:
        'Looked for among 1,000 events a page: one may hold fewer than its limit, or none, with a nextCursor that goes on.',
    }),
  }),
  status: 200,
  response: z.object({
    entries: z.array(
      z.object({
        eventId: z.string(),
        type,
        at: instant,
        actor: z.object({ email: z.string(), ip: z.string(), userAgent: z.string() }).meta({
          description: 'The email is empty where nobody is signed in: a caller by key, or the service itself.',
        }),
        keyId: z.string().optional().meta({ description: 'Absent where the event is about the account.' }),
        changes: z.record(z.string(), z.object({ before: z.unknown(), after: z.unknown() })),
        details: z
          .record(z.string(), z.unknown())
          .optional()
          .meta({ description: 'What else there is to know, by type.' }),
        requestId: z.string().meta({ description: 'Empty where it came of no request.' }),
      }),
    ),
    nextCursor: z.string().nullable(),
  }),
});

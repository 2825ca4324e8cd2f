import { readEvents } from '../lib/events/event.store.ts';
import { viewEvent } from '../lib/events/event-view.ts';
import { listEvents } from '../lib/http/contract/events.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { serviceDatabase } from '../lib/store/service-database.ts';

const db = serviceDatabase();

export const handler = endpoint(listEvents, async ({ params: { email }, query: { cursor, limit, type } }) => {
  const { events, next } = await readEvents(db, email, { limit, type, after: cursor });
  return { body: { entries: events.map(viewEvent), nextCursor: next ?? null } };
});

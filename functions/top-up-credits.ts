import type { Email } from '../lib/accounts/email.ts';
import { serviceProvider } from '../lib/billing/service-provider.ts';
import { topUp } from '../lib/billing/top-up.store.ts';
import type { BusEvent } from '../lib/events/stream.store.ts';
import { serviceDatabase } from '../lib/store/service-database.ts';

const db = serviceDatabase();

/** Hears from the bus that an account has reached its owner's threshold. What fails is tried again, with the same event. */
export const handler = async ({ detail }: { readonly detail: BusEvent }): Promise<void> => {
  const provider = await serviceProvider();
  if (!provider) return;
  await topUp(db, provider, { email: detail.email as Email, id: detail.eventId, at: Date.now() });
};

import { dueTopUp } from '../lib/billing/due.ts';
import { serviceProvider } from '../lib/billing/service-provider.ts';
import { topUp } from '../lib/billing/top-up.store.ts';
import type { BusEvent } from '../lib/events/stream.store.ts';
import { tellUnclaimed } from '../lib/metrics/unclaimed-payment.ts';
import { serviceDatabase } from '../lib/store/service-database.ts';

const db = serviceDatabase();

/** Hears from the bus that an account is to be topped up. What fails is tried again, with the same event. */
export const handler = async ({ detail }: { readonly detail: BusEvent }): Promise<void> => {
  const provider = await serviceProvider();
  if (!provider) return;
  const at = Date.now();
  const settling = await topUp(db, provider, dueTopUp(detail), at);
  if (settling?.kind === 'unclaimed') tellUnclaimed(settling, at);
};

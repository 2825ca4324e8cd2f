import { changePlan } from '../lib/accounts/plan.store.ts';
import { changePlan as operation } from '../lib/http/contract/accounts.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { serviceDatabase } from '../lib/store/service-database.ts';

const db = serviceDatabase();

export const handler = endpoint(operation, async ({ params: { email }, body: { plan }, actor, at }) => ({
  body: { email, plan, previousPlan: await changePlan(db, { email, actor, at }, plan) },
}));

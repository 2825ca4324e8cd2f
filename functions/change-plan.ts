import { changePlan } from '../lib/accounts/plan.store.ts';
import { changePlan as operation } from '../lib/http/contract/accounts.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { invalidRequest } from '../lib/http/problem.ts';
import { serviceDatabase } from '../lib/store/service-database.ts';

const db = serviceDatabase();

export const handler = endpoint(operation, async ({ params: { email }, body: { plan }, actor, at }) => {
  if (!Object.hasOwn(db.plans, plan)) {
    const message = `Invalid plan: expected ${Object.keys(db.plans).join(', ')}, given ${plan}`;
    throw invalidRequest([{ path: 'plan', message }]);
  }
  return { body: { email, plan, previousPlan: await changePlan(db, { email, actor, at }, plan) } };
});

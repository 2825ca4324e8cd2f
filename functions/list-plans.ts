import { listPlans } from '../lib/http/contract/accounts.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { viewPlan } from '../lib/http/plan-view.ts';
import { servicePlans } from '../lib/store/service-database.ts';

const plans = Object.values(servicePlans()).map(viewPlan);

export const handler = endpoint(listPlans, () => ({ body: { plans } }));

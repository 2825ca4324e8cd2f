import { PLANS } from '../lib/accounts/plans.ts';
import { listPlans } from '../lib/http/contract/accounts.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { viewPlan } from '../lib/http/plan-view.ts';

export const handler = endpoint(listPlans, () => ({ body: { plans: Object.values(PLANS).map(viewPlan) } }));

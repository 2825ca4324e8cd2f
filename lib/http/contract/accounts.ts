import * as z from 'zod';
import { PLAN_NAMES } from '../../accounts/plans.ts';
import { operation } from '../operation.ts';
import { email } from './common.schema.ts';

const plan = z.enum(PLAN_NAMES);

export const changePlan = operation({
  id: 'change-plan',
  summary:
    "Put a user's account on a plan, from the next call on; nothing is prorated, and what was used this period counts",
  method: 'PUT',
  path: '/api/admin/user/{email}/plan',
  access: 'admin',
  params: z.strictObject({ email }),
  query: z.strictObject({}),
  body: z.strictObject({ plan }),
  status: 200,
  response: z.object({ email: z.string(), plan, previousPlan: plan }),
});

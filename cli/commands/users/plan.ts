import { Command } from 'commander';
import type { Email } from '../../../lib/accounts/email.ts';
import { changePlan } from '../../../lib/accounts/plan.store.ts';
import { email } from '../../support/arguments.ts';
import { changeOf } from '../../support/change.ts';
import { onService } from '../../support/connection.ts';
import { printAnswer } from '../../support/print.ts';
import { WrongUse } from '../../support/wrong-use.ts';

/** `users plan EMAIL PLAN`: puts an account on a plan. */
export const planCommand = (): Command =>
  new Command('plan')
    .description('put an account on a plan, from its next call on; what was used this period counts')
    .argument('<email>', 'whose', email)
    .argument('<plan>', 'one of the plans of the stage')
    .action(
      onService(async (service, owner: Email, plan: string) => {
        const { db, json } = service;
        const names = Object.keys(db.plans);
        if (!names.includes(plan)) throw new WrongUse(`plan ${JSON.stringify(plan)}: allowed is ${names.join(', ')}`);
        const previousPlan = await changePlan(db, await changeOf(service, owner), plan);
        printAnswer(json, { email: owner, plan, previousPlan }, () =>
          previousPlan === plan
            ? `${owner} is on ${plan} already`
            : `${owner} is on ${plan} now, and was on ${previousPlan}`,
        );
      }),
    );

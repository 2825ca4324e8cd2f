import { Command } from 'commander';
import { readAccountKeys } from '../../../lib/accounts/account.store.ts';
import { viewAccount } from '../../../lib/accounts/account-view.ts';
import type { Email } from '../../../lib/accounts/email.ts';
import { readBilling } from '../../../lib/billing/billing.store.ts';
import { viewBilling } from '../../../lib/billing/billing-view.ts';
import { listed, viewKey } from '../../../lib/keys/key-view.ts';
import { email } from '../../support/arguments.ts';
import { onService } from '../../support/connection.ts';
import { fieldsOf, printAnswer } from '../../support/print.ts';
import { sellsCredits } from '../../support/stage.ts';
import { keyTable } from '../list.ts';

/** `users show EMAIL`: what there is to know of an account. */
export const showUserCommand = (): Command =>
  new Command('show')
    .description('show an account: plan, status, balances, top-up, last use, keys')
    .argument('<email>', 'whose', email)
    .action(
      onService(async ({ db, json, stage }, owner: Email) => {
        const now = Date.now();
        const [{ account, keys }, billing] = await Promise.all([readAccountKeys(db, owner), readBilling(db, owner)]);
        if (Object.keys(account.item).length === 0 && keys.length === 0)
          throw new Error(`there is no account ${owner}`);
        const user = viewAccount(account, db.plans, now);
        const held = listed(keys, false, now).map((key) => viewKey(key, account, now));
        const { paymentMethod, topUp, ...pays } = viewBilling(billing, sellsCredits(stage), now);
        const answer = { ...user, billing: { ...pays, paymentMethod, topUp }, keys: held };
        printAnswer(json, answer, () => {
          const fields = fieldsOf({
            email: owner,
            plan: user.plan,
            status: user.status,
            'included credits': user.balance.included,
            'purchased credits': user.balance.purchased,
            pays: paymentMethod ? `${paymentMethod.brand} …${paymentMethod.last4}` : 'no saved method',
            'top-up': topUp ? `pack ${topUp.pack} at ${topUp.threshold}, ${topUp.monthlyCap} a month at most` : 'off',
            'last used': user.lastUsedAt ?? 'never',
            keys: held.length,
          });
          return held.length === 0 ? fields : `${fields}\n\n${keyTable(held)}`;
        });
      }),
    );

import { Command } from 'commander';
import type { Email } from '../../lib/accounts/email.ts';
import { readBilling } from '../../lib/billing/billing.store.ts';
import { viewBilling } from '../../lib/billing/billing-view.ts';
import { readLedger } from '../../lib/credits/credits.store.ts';
import { viewBalance, viewEntry } from '../../lib/credits/entry-view.ts';
import { periodEnd } from '../../lib/metering/periods.ts';
import { email, wholeNumber } from '../support/arguments.ts';
import { onService } from '../support/connection.ts';
import { fieldsOf, printAnswer, tableOf } from '../support/print.ts';
import { sellsCredits } from '../support/stage.ts';
import { grantCommand } from './credits/grant.ts';

/** `credits …`: what an account can spend, and its ledger. */
export const creditsCommand = (): Command =>
  new Command('credits')
    .description('show and grant credits')
    .addCommand(showCreditsCommand(), { isDefault: true })
    .addCommand(grantCommand());

const showCreditsCommand = (): Command =>
  new Command('show')
    .description('show what an account can spend, and the lines of its ledger, newest first')
    .argument('<email>', 'whose', email)
    .option('--limit <n>', 'at most so many lines', wholeNumber(1, 1_000), 25)
    .action(
      onService(async ({ db, json, stage }, owner: Email, { limit }: { limit: number }) => {
        const now = Date.now();
        const [page, billing] = await Promise.all([readLedger(db, owner, now, { limit }), readBilling(db, owner)]);
        const balance = viewBalance(page.balance);
        const entries = page.entries.map(viewEntry);
        const resetsAt = new Date(periodEnd('month', now)).toISOString();
        const answer = {
          balance,
          resetsAt,
          entries,
          nextCursor: page.next ?? null,
          billing: viewBilling(billing, sellsCredits(stage), now),
        };
        printAnswer(json, answer, () => {
          const fields = fieldsOf({
            included: `${balance.included}, anew on ${resetsAt}`,
            purchased: balance.purchased,
            total: balance.total,
          });
          if (entries.length === 0) return fields;
          const lines = tableOf(entries, {
            at: (entry) => entry.at,
            kind: (entry) => entry.kind,
            amount: (entry) => entry.amount,
            balance: (entry) => entry.balance.total,
            by: (entry) => entry.actor,
            reason: (entry) => entry.reason,
          });
          return `${fields}\n\n${lines}`;
        });
        if (page.next && !json) process.stderr.write('there are more lines: give a greater --limit\n');
      }),
    );

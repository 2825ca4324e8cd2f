import { Command, Option } from 'commander';
import type { Email } from '../../lib/accounts/email.ts';
import { readEvents } from '../../lib/events/event.store.ts';
import { EVENT_TYPES, type EventType } from '../../lib/events/event.ts';
import { viewEvent } from '../../lib/events/event-view.ts';
import { email, wholeNumber } from '../support/arguments.ts';
import { onService } from '../support/connection.ts';
import { printAnswer, tableOf } from '../support/print.ts';

interface Options {
  readonly limit: number;
  readonly type?: EventType;
}

type Shown = ReturnType<typeof viewEvent>;

const brief = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** What changed, and what else there is to know, in one line. */
const told = ({ changes, details = {} }: Shown): string =>
  [
    ...Object.entries(changes)
      .filter(([, { before, after }]) => JSON.stringify(before) !== JSON.stringify(after))
      .map(([field, { before, after }]) => `${field} ${before === null ? '' : `${brief(before)} → `}${brief(after)}`),
    ...Object.entries(details).map(([name, value]) => `${name} ${brief(value)}`),
  ].join(', ');

/** `events EMAIL`: who did what, when. */
export const eventsCommand = (): Command =>
  new Command('events')
    .description('show the audit log of a user, newest first: who did what, when')
    .argument('<email>', 'whose', email)
    .addOption(new Option('--type <type>', 'of one type only').choices(EVENT_TYPES))
    .option('--limit <n>', 'at most so many', wholeNumber(1, 1_000), 25)
    .action(
      onService(async ({ db, json }, owner: Email, { limit, type }: Options) => {
        const entries: Shown[] = [];
        let next: string | undefined;
        do {
          const page = await readEvents(db, owner, { limit: limit - entries.length, type, after: next });
          entries.push(...page.events.map(viewEvent));
          next = page.next;
        } while (next !== undefined && entries.length < limit);
        printAnswer(json, { entries, nextCursor: next ?? null }, () =>
          entries.length === 0
            ? `${owner} has no events${type ? ` of type ${type}` : ''}`
            : tableOf(entries, {
                at: (event) => event.at,
                type: (event) => event.type,
                key: (event) => event.keyId,
                by: (event) => event.actor.email,
                from: (event) => event.actor.ip,
                told,
              }),
        );
        if (next && !json) process.stderr.write('there are more: give a greater --limit\n');
      }),
    );

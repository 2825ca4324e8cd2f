import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { CHECKS } from '../doctor/checks.ts';
import { type Facts, unseen } from '../doctor/facts.ts';
import { lookAtClock } from '../doctor/look-at-clock.ts';
import { lookAtTables } from '../doctor/look-at-tables.ts';
import { onService, type Service } from '../support/connection.ts';
import { printAnswer, tableOf } from '../support/print.ts';
import { EXIT } from '../support/run-program.ts';
import { settingsOf } from '../support/stage.ts';

const HELP = `
It looks at the tables (keys, indexes, expiry, recovery, protection, stream) and this machine's clock; on a stage also at
alarms, dead letters, the event pipe, rules and schedules, log subscriptions, functions and versions. It changes nothing. What a local engine does not have is not checked. It
exits with 1 if there is a problem; warnings alone exit with 0.`;

const PACKAGE = new URL('../../package.json', import.meta.url);

async function lookAt({ db, stage, region }: Service): Promise<Facts> {
  const [tables, clockAhead] = await Promise.all([lookAtTables(db), lookAtClock(db)]);
  const elsewhere = unseen('this machine has none');
  const aws =
    stage === undefined
      ? {
          alarms: elsewhere,
          deadLetters: elsewhere,
          functions: elsewhere,
          pipe: elsewhere,
          bus: elsewhere,
          subscriptions: elsewhere,
        }
      : await lookAtStage(region);
  return {
    stage: stage === undefined ? undefined : { name: stage, retainsData: settingsOf(stage).retainData === true },
    tables,
    clockAhead,
    ...aws,
    version: JSON.parse(readFileSync(PACKAGE, 'utf8')).version,
  };
}

async function lookAtStage(region: string) {
  const { lookAtAws } = await import('../doctor/look-at-aws.ts');
  const { lookBehind } = await import('../doctor/look-behind.ts');
  const [aws, behind] = await Promise.all([lookAtAws(region), lookBehind(region)]);
  return { ...aws, ...behind };
}

/** `doctor`: what is wrong with a deployment, and what to do. */
export const doctorCommand = (): Command =>
  new Command('doctor')
    .description('check a deployment, and tell what to do about what is wrong')
    .addHelpText('after', HELP)
    .action(
      onService(async (service) => {
        const facts = await lookAt(service);
        const findings = CHECKS.map(({ name, judge }) => ({ check: name, ...judge(facts) }));
        const count = (status: string) => findings.filter((finding) => finding.status === status).length;
        const [problems, warnings] = [count('problem'), count('warning')];
        printAnswer(service.json, { problems, warnings, checks: findings }, () => {
          const table = tableOf(findings, {
            check: (finding) => finding.check,
            status: (finding) => finding.status,
            found: (finding) => finding.found,
            'what to do': (finding) => finding.todo,
          });
          return `${table}\n\nproblems: ${problems}, warnings: ${warnings}, not checked: ${count('not checked')}`;
        });
        if (problems > 0) process.exitCode = EXIT.failed;
      }),
    );

import { EXPECTED_TABLES, type ExpectedTable } from './expected.ts';
import type { Fact, Facts, TableFacts } from './facts.ts';
import { type Check, DEPLOY, judged, notChecked, ok, problem, type Verdict, warning } from './verdict.ts';

const redo = ({ stage }: Facts): string =>
  stage ? DEPLOY : 'restart npm start, which adds what is missing; data stay';

type JudgeTable = (table: TableFacts, expected: ExpectedTable, facts: Facts) => Verdict;

function judgeKeys({ status, keys, indexes }: TableFacts, expected: ExpectedTable, facts: Facts): Verdict {
  if (status !== 'ACTIVE') return problem(`it is ${status}`, 'wait until it is ACTIVE, and run it again');
  if (keys !== expected.keys) {
    return problem(
      `its key is ${keys}, not ${expected.keys}`,
      'it is a table of something else: export what it holds, delete it, deploy',
    );
  }
  const lacking = Object.entries(expected.indexes).filter(
    ([name, own]) => !indexes.some((index) => index.name === name && index.keys === own),
  );
  if (lacking.length > 0) {
    return problem(`it lacks ${lacking.map(([name, own]) => `index ${name} (${own})`).join(', ')}`, redo(facts));
  }
  const building = indexes.filter((index) => index.status !== 'ACTIVE');
  if (building.length > 0) {
    const names = building.map((index) => `${index.name} is ${index.status}`).join(', ');
    return warning(`index ${names}`, 'wait until it is ACTIVE, and run it again');
  }
  const names = Object.keys(expected.indexes);
  return ok(`${status}, key ${keys}${names.length > 0 ? `, indexes ${names.join(', ')}` : ''}`);
}

const judgeTimeToLive: JudgeTable = ({ timeToLive }, expected, facts) =>
  judged(facts, timeToLive, (attribute) =>
    attribute === expected.timeToLive
      ? ok(`on ${attribute}`)
      : problem(
          `${attribute ? `on ${attribute}` : 'off'}, not on ${expected.timeToLive}: nothing expires`,
          redo(facts),
        ),
  );

const judgeRecovery: JudgeTable = ({ pointInTimeRecovery }, _, facts) => {
  if (!facts.stage) return notChecked('a local engine has none');
  return judged(facts, pointInTimeRecovery, (isOn) =>
    isOn ? ok('on') : problem('off: what is lost cannot be restored', DEPLOY),
  );
};

const judgeProtection: JudgeTable = ({ deletionProtection }, _, { stage }) => {
  if (!stage) return notChecked('a local engine has none');
  if (deletionProtection) return ok('on');
  return stage.retainsData
    ? problem('off, though the stage retains its data', DEPLOY)
    : ok(`off, as stage ${stage.name} does not retain its data`);
};

const judgeStream: JudgeTable = ({ stream }, expected, facts) =>
  stream === expected.stream
    ? ok(`of ${stream}`)
    : problem(`${stream ?? 'off'}, not ${expected.stream}: no event reaches the bus`, redo(facts));

/** What is checked of each table that is to have it. */
const TABLE_CHECKS: readonly {
  readonly name: string;
  readonly isFor: (expected: ExpectedTable) => boolean;
  readonly judge: JudgeTable;
}[] = [
  { name: 'table', isFor: () => true, judge: judgeKeys },
  { name: 'expiry (TTL)', isFor: ({ timeToLive }) => timeToLive !== undefined, judge: judgeTimeToLive },
  { name: 'recovery (PITR)', isFor: () => true, judge: judgeRecovery },
  { name: 'deletion protection', isFor: () => true, judge: judgeProtection },
  { name: 'stream', isFor: ({ stream }) => stream !== undefined, judge: judgeStream },
];

/** Everything that is checked of tables. */
export const TABLE_ROWS: readonly Check[] = EXPECTED_TABLES.flatMap((expected) =>
  TABLE_CHECKS.filter(({ isFor }) => isFor(expected)).map(
    ({ name, judge }, index): Check => ({
      name: `${expected.name}: ${name}`,
      judge: (facts) => {
        const fact: Fact<TableFacts | undefined> = facts.tables[expected.name] ?? { kind: 'seen', value: undefined };
        return judged(facts, fact, (table) => {
          if (table) return judge(table, expected, facts);
          return index === 0 ? problem('it is not there', redo(facts)) : notChecked('the table is not there');
        });
      },
    }),
  ),
);

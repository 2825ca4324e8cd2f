import { expect, test } from 'vitest';
import { ENV } from '../../lib/env.ts';
import { settingsWith } from './support/settings.ts';
import { makeApp, type Synthesized, serviceFunctions, templateOf } from './support/synthesis.ts';

const told = (template: Synthesized): unknown[] =>
  serviceFunctions(template)
    .filter(({ Properties }) => Properties.Environment?.Variables?.[ENV.foreignSecrets] === 'true')
    .map(({ Properties }) => Properties.FunctionName)
    .toSorted();

const taking = templateOf(makeApp({ stages: settingsWith({ foreignSecrets: true }) }).app);
const dev = templateOf(makeApp().app);

test('foreign secrets are taken by the functions that check keys, where a stage says so', () => {
  expect(told(taking)).toEqual(['sensei-keys-authorize', 'sensei-keys-verify-key']);
});

test('they are garbage elsewhere', () => {
  expect(JSON.stringify(dev)).not.toContain(ENV.foreignSecrets);
});

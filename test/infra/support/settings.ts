import { readFileSync } from 'node:fs';

/** The settings of a stage, as `cdk.json` has them. */
export function settingsOf(stage: 'dev' | 'prod'): Record<string, unknown> {
  const file = readFileSync(new URL('../../../cdk.json', import.meta.url), 'utf8');
  return JSON.parse(file).context.stages[stage];
}

/** The stages of `cdk.json`, with settings over those of `dev`. */
export const settingsWith = (settings: Record<string, unknown>): Record<string, unknown> => ({
  dev: { ...settingsOf('dev'), ...settings },
  prod: settingsOf('prod'),
});

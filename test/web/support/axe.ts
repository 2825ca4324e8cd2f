import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe has against a page as it is, or a part of it: each rule with the places where it is broken. */
export async function violations(page: Page, within = 'html'): Promise<string[]> {
  // Evaluated, not added as a script: the page's security policy would not let it stand there.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  return page.evaluate(async (part) => {
    const { axe } = window as unknown as {
      axe: { run(part: string, options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations: found } = await axe.run(part, { resultTypes: ['violations'] });
    return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
  }, within);
}

/** The same in both themes; it begins with the one that there is. */
export async function violationsInBothThemes(
  page: Page,
  look = violations,
): Promise<Record<'light' | 'dark', string[]>> {
  const isDark = await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
  const found = { light: [] as string[], dark: [] as string[] };
  for (const theme of isDark ? (['dark', 'light'] as const) : (['light', 'dark'] as const)) {
    await page.emulateMedia({ colorScheme: theme });
    await settled(page, theme);
    found[theme] = await look(page);
  }
  return found;
}

/** Until the theme is that, and no colour is on its way to another. */
async function settled(page: Page, theme: string): Promise<void> {
  await page.waitForFunction((wanted) => {
    const { mantineColorScheme } = document.documentElement.dataset;
    return mantineColorScheme === undefined || mantineColorScheme === wanted;
  }, theme);
  await page.waitForFunction(() =>
    document.getAnimations().every(({ effect }) => effect?.getComputedTiming().endTime === Number.POSITIVE_INFINITY),
  );
}

export const NONE = { light: [], dark: [] };

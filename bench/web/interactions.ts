import type { Page } from 'playwright-core';
import { serveBigAccount } from '../../test/web/support/big-account.ts';
import { signIn, startBrowser, visit } from '../../test/web/support/browser.ts';
import { go } from '../../test/web/support/go.ts';

/** How long people wait for what they did to be painted. */
export interface Interaction {
  readonly name: string;
  readonly medianMs: number;
  readonly worstMs: number;
}

const ROUNDS = 15;

/** Takes the time from something that is done in the page to the paint after it; what is done is an expression. */
const timeOf = (page: Page, done: string): Promise<number> =>
  page.evaluate(`(async () => {
    const start = performance.now();
    ${done};
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    return performance.now() - start;
  })()`);

const click = (selector: string): string => `document.querySelector(${JSON.stringify(selector)}).click()`;

const SCROLL = `const table = document.querySelector('[aria-label="Usage by route and key"]');
  table.scrollTop = (table.scrollTop + 9_000) % 70_000`;

async function repeat(name: string, once: () => Promise<number>): Promise<Interaction> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) times.push(await once());
  times.sort((a, b) => a - b);
  return { name, medianMs: times[Math.floor(ROUNDS / 2)] ?? 0, worstMs: times.at(-1) ?? 0 };
}

/** Sorts, scrolls and leaves a table of 2,000 rows: 50 keys on 40 routes, over 30 days. */
export async function measureInteractions(origin: string): Promise<Interaction[]> {
  const browser = await startBrowser();
  try {
    const { page } = await visit(browser, { origin });
    await page.goto('/');
    await signIn(page, 'many@example.com');
    await serveBigAccount(page);
    await go(page, 'Usage');
    await page.getByText('2,000 of 2,000 rows').waitFor();
    return [
      await repeat('sort 2,000 rows', () => timeOf(page, click('th:nth-child(3) button'))),
      await repeat('scroll 2,000 rows', () => timeOf(page, SCROLL)),
      await repeat('open a dialog among 50 keys', async () => {
        await go(page, 'Keys');
        await page.getByText('key 49', { exact: true }).waitFor();
        const time = await timeOf(page, click('[aria-label="Edit key 25"]'));
        await page.getByRole('dialog').waitFor();
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'detached' });
        return time;
      }),
    ];
  } finally {
    await browser.close();
  }
}

import { expect, test } from 'vitest';
import { serveBigAccount } from '../support/big-account.ts';
import { go } from '../support/go.ts';
import type { Stage } from '../support/stage.ts';

/** Of a long table, what is in sight is in the document; of many keys, what is in sight is asked for. */
export function manyKeys(stage: () => Stage): void {
  test('of 2,000 rows of usage at most 60 are in the document, wherever one is in the table', async () => {
    const { page } = await stage().pageOf('many@example.com');
    await serveBigAccount(page);
    // What was read of the account before is not this one.
    await page.reload();
    await go(page, 'Usage');
    await page.getByText('2,000 of 2,000 rows').waitFor();
    const rows = page.locator('tbody tr[data-index]');
    expect(await rows.count()).toBeLessThanOrEqual(60);
    await page.getByRole('region', { name: 'Usage by route and key' }).evaluate((table) => {
      table.scrollTop = table.scrollHeight;
    });
    await page.locator('tr[aria-rowindex="2001"]').waitFor();
    expect(await rows.count()).toBeLessThanOrEqual(60);

    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await go(page, 'Keys');
    await page.getByText('key 49', { exact: true }).waitFor();
    await page.getByRole('img', { name: /calls of key 1$/ }).waitFor();
    expect(asked.filter((url) => url.includes('/usage/')).length).toBeLessThan(30);
  }, 60_000);
}

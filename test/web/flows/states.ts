import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { go } from '../support/go.ts';
import type { Stage } from '../support/stage.ts';

/** The pages that ask the service for something. */
const ASKING = ['/', '/keys', '/usage', '/credits', '/activity', '/reference', '/admin'];

/** What pages show while, and because, something is not there. */
export function states(stage: () => Stage): void {
  test('keeps what it shows when the session or the network ends', async () => {
    const { page, context } = await stage().pageOf('offline@example.com');
    await context.setOffline(true);
    await page.getByText('You are offline').waitFor();
    await context.setOffline(false);
    await page.getByText('You are offline').waitFor({ state: 'detached' });
    await page.route('**/api/user/**', (route) => route.fulfill({ status: 401, json: { message: 'Unauthorized' } }));
    await go(page, 'Keys');
    await page.getByText('Your session has ended').waitFor();
    await page.getByRole('button', { name: 'Sign in again' }).waitFor();
  }, 60_000);

  describe('every page tells what went wrong, by which request, and tries again', () => {
    let isUnlucky = false;
    let page: Page;
    beforeAll(async () => {
      ({ page } = await stage().pageOf('unlucky@example.com', { admin: true }));
      const problem = { detail: 'The store cannot answer', requestId: 'abc=', code: 'unavailable', status: 400 };
      await page.route('**/api/**', (route) =>
        isUnlucky ? route.fulfill({ status: 400, json: problem }) : route.continue(),
      );
    });

    test.each(ASKING)('%s', async (path) => {
      isUnlucky = true;
      await page.goto(path);
      const alert = page.getByRole('alert').filter({ hasText: 'The store cannot answer' });
      await alert.getByText('abc=').first().waitFor();
      isUnlucky = false;
      // A part of the page each may have asked for something of its own.
      while ((await alert.count()) > 0) {
        const before = await alert.count();
        await alert.getByRole('button', { name: 'Try again' }).first().click();
        await expect.poll(() => alert.count()).toBeLessThan(before);
      }
      await page.locator('#main h1').waitFor();
    });
  });
}

import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { NONE, violationsInBothThemes } from '../support/axe.ts';
import type { Visit } from '../support/browser.ts';
import { go, PAGES } from '../support/go.ts';
import type { Stage } from '../support/stage.ts';

/** The pages that ask the service for something. */
const ASKING = ['/', '/keys', '/usage', '/credits', '/activity', '/reference', '/admin'];

/** What pages show while, and because, something is not there. */
export function states(stage: () => Stage): void {
  describe('every page keeps what it shows', () => {
    let opened: Visit;
    beforeAll(async () => {
      opened = await stage().pageOf('offline@example.com', { admin: true });
      for (const name of PAGES) await go(opened.page, name);
    }, 60_000);

    const keeps = async (notice: string) => {
      const { page } = opened;
      for (const name of PAGES) {
        await go(page, name);
        await page.getByText(notice).waitFor();
        const state = [await page.getByText('This comes when').count(), await page.getByText('did not work').count()];
        expect([name, ...state]).toEqual([name, 0, 0]);
      }
      expect(await violationsInBothThemes(page)).toEqual(NONE);
    };

    test('while the network is gone', async () => {
      const { page, context } = opened;
      await context.setOffline(true);
      await keeps('You are offline');
      await context.setOffline(false);
      await page.getByText('You are offline').waitFor({ state: 'detached' });
    }, 30_000);

    test('after the session has ended, and leads to another', async () => {
      const { page } = opened;
      await page.route('**/api/**', (route) => route.fulfill({ status: 401, json: { message: 'Unauthorized' } }));
      await go(page, 'Overview');
      await keeps('Your session has ended');
      // What would be refused again is not offered.
      expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
      await page.getByRole('button', { name: 'Sign in again' }).click();
      await page.getByText('Your session has ended').waitFor({ state: 'detached' });
    }, 30_000);
  });

  test('a customer whose account is suspended is told so on every page, and where the reason is', async () => {
    const email = 'suspended@example.com';
    const { service } = stage();
    const token = await service.token('root@example.com', { admin: true });
    const body = { status: 'suspended', reason: 'unpaid' };
    await service.call(`PUT /api/admin/user/${encodeURIComponent(email)}/status`, { token, body });
    const { page } = await stage().pageOf(email);
    await page.getByText('The account is suspended').waitFor();
    await go(page, 'Activity');
    await page.getByText('The account was suspended: unpaid').waitFor();
  }, 30_000);

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

/**
 * Takes a picture of every page of the dashboard, light and dark, wide and narrow, into `docs/screenshots/`:
 *
 *     npm run screenshots
 *
 * It starts an instance of its own, and has the demo fill it.
 */
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { startFilledInstance } from '../cli/demo/process.ts';
import { freePort } from '../local/free-port.ts';
import { signIn, startBrowser, visit } from '../test/web/support/browser.ts';

const DIRECTORY = fileURLToPath(new URL('screenshots/', import.meta.url));
const EMAIL = 'ada@example.com';

const PAGES = {
  overview: '/',
  keys: '/keys',
  usage: '/usage',
  credits: '/credits',
  activity: '/activity',
  'quick-start': '/quick-start',
  reference: '/reference',
  admin: '/admin',
};

const DIALOGS = {
  create: ['/keys', 'Create key'],
  rotate: ['/keys', 'Rotate storefront'],
} as const;

/** Until what was asked for has come, and charts are drawn. */
async function settle(page: Page): Promise<void> {
  await page.locator('#main h1').waitFor();
  await page.waitForLoadState('networkidle');
  await page.getByRole('status', { name: 'Loading' }).first().waitFor({ state: 'detached' });
  await page.waitForTimeout(600);
}

const instance = await startFilledInstance(await freePort());
const origin = instance.url;
await mkdir(DIRECTORY, { recursive: true });
const browser = await startBrowser();
for (const colorScheme of ['light', 'dark'] as const) {
  for (const viewport of [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ]) {
    const { page, context } = await visit(browser, { origin, colorScheme, viewport });
    const shoot = (name: string) =>
      page.screenshot({ path: `${DIRECTORY}${name}-${colorScheme}-${viewport.width}.png` });
    await page.goto('/');
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await shoot('sign-in');
    await signIn(page, EMAIL, { admin: true });
    for (const [name, path] of Object.entries(PAGES)) {
      await page.goto(path);
      await settle(page);
      if (name === 'overview') {
        await page.getByText('30 d', { exact: true }).click();
        await settle(page);
      }
      await shoot(name);
    }
    for (const [name, [path, button]] of Object.entries(DIALOGS)) {
      await page.goto(path);
      await settle(page);
      await page.getByRole('button', { name: button }).click();
      await page.getByRole('dialog').waitFor();
      await page.waitForTimeout(400);
      await shoot(name);
    }
    await context.close();
  }
}
await browser.close();
await instance.close();
console.log(`pictures are in ${DIRECTORY}`);

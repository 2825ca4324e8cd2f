import type { Page } from 'playwright-core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { isLong } from '../../support/cases.ts';
import { NONE, violations, violationsInBothThemes } from '../support/axe.ts';
import { signIn, type Visit, visit } from '../support/browser.ts';
import { go, PAGES } from '../support/go.ts';
import type { Stage } from '../support/stage.ts';

const EMAIL = 'seen@example.com';

/** What opens on a page: the page, what is pressed, and what is there then. */
const OPENED: readonly [page: string, pressed: string, open: (page: Page) => ReturnType<Page['getByRole']>][] = [
  ['Keys', 'Create key', (page) => page.getByRole('dialog', { name: 'Create key' })],
  ['Keys', 'Edit shop', (page) => page.getByRole('dialog', { name: 'Edit shop' })],
  ['Keys', 'Rotate shop', (page) => page.getByRole('dialog', { name: 'Rotate shop' })],
  ['Keys', 'Revoke shop', (page) => page.getByRole('dialog', { name: 'Revoke shop' })],
  ['Admin', `Manage ${EMAIL}`, (page) => page.getByRole('dialog', { name: EMAIL })],
  ['Keys', EMAIL, (page) => page.getByRole('menuitem', { name: 'Sign out' })],
];

/** Every page and dialog, in both themes: nothing is against it by axe, nor by the security policy. */
export function everyPage(stage: () => Stage): void {
  let seen: Visit;
  let page: Page;
  beforeAll(async () => {
    const { service, browser, origin } = stage();
    const token = await service.token(EMAIL, { admin: true });
    for (const name of ['shop', 'billing']) {
      const { json } = await service.call('POST /api/user/key', { token, body: { email: EMAIL, name } });
      await Promise.all(Array.from({ length: 3 }, () => service.call('/api/whoami', { key: json.apiKey })));
    }
    seen = await visit(browser, { origin });
    page = seen.page;
    await page.goto('/');
  }, 60_000);

  // What a test has left open or narrow is nothing to the next.
  afterEach(async () => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.keyboard.press('Escape');
  });

  test('axe has nothing against the pages where one signs in', async () => {
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await violationsInBothThemes(page)).toEqual(NONE);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByLabel('Email address').waitFor();
    expect(await violationsInBothThemes(page)).toEqual(NONE);
    await page.goto('/');
    await signIn(page, EMAIL, { admin: true });
  }, 60_000);

  test.each(PAGES)('axe has nothing against %s, wide or narrow', async (name) => {
    await go(page, name);
    expect(await violationsInBothThemes(page)).toEqual(NONE);
    await page.setViewportSize({ width: 390, height: 844 });
    // Charts follow the width of the window a moment later.
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth), { timeout: 5_000 }).toBe(390);
    if (name === 'Usage') expect(await violations(page)).toEqual([]);
  });

  test.each(OPENED)('axe has nothing against what opens on %s by %s', async (on, pressed, open) => {
    await go(page, on);
    await page.getByRole('button', { name: pressed }).click();
    await open(page).waitFor();
    expect(await violationsInBothThemes(page)).toEqual(NONE);
    await page.keyboard.press('Escape');
    await open(page).waitFor({ state: 'detached' });
  });

  test('axe has nothing against a secret that is shown, nor against a list to choose from', async () => {
    await go(page, 'Keys');
    await page.getByRole('button', { name: 'Rotate billing' }).click();
    await page.getByRole('button', { name: 'Rotate', exact: true }).click();
    await page.getByText('Copy it now').waitFor();
    expect(await violationsInBothThemes(page)).toEqual(NONE);
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await go(page, 'Activity');
    await page.getByLabel('Type of event').first().click();
    await page.getByRole('option', { name: 'key.created' }).waitFor();
    expect(await violationsInBothThemes(page)).toEqual(NONE);
    await page.keyboard.press('Escape');
  });

  test('axe has nothing against the menu of a narrow screen; closed, it is not in the way of the Tab key', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    const links = page.getByRole('navigation', { name: 'Pages' });
    await links.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Menu', expanded: false }).click();
    await links.waitFor();
    expect(await violationsInBothThemes(page)).toEqual(NONE);
    await page.keyboard.press('Escape');
    await links.waitFor({ state: 'hidden' });
  });

  // Operations of a method look alike: the first of each stands for them, except where there is time for all.
  test('axe has nothing against any operation of the API reference', async () => {
    await go(page, 'API reference');
    const method = (name: string) => page.locator(`.opblock-${name} .opblock-summary-control`);
    const all = await page.locator('.opblock-summary-control').all();
    const operations = isLong ? all : ['get', 'delete', 'post', 'patch', 'put'].map((name) => method(name).first());
    const each = async () => {
      const found: string[] = [];
      for (const operation of operations) {
        if ((await operation.getAttribute('aria-expanded')) !== 'true') await operation.click();
        await page.locator('.opblock.is-open .responses-inner').waitFor();
        found.push(...(await violations(page, '.opblock.is-open')));
      }
      return found;
    };
    expect(all.length).toBeGreaterThan(20);
    expect(await violationsInBothThemes(page, each)).toEqual(NONE);
  }, 120_000);

  test('axe has nothing against the schemas of an operation; one is open at a time, and nothing is sent from there', async () => {
    await go(page, 'Overview');
    await go(page, 'API reference');
    const answers = page.getByRole('region').filter({ hasText: 'Success.' });
    await page.getByRole('button', { name: "List a user's keys" }).click();
    await answers.waitFor();
    await page.getByRole('button', { name: 'Make a key' }).click();
    await answers.getByText('201', { exact: true }).waitFor();
    expect(await answers.count()).toBe(1);
    for (const tab of await page.getByRole('tab', { name: 'Schema' }).all()) await tab.click();
    await answers.getByRole('button', { name: 'Expand all' }).first().click();
    await answers.getByText('What is shown of the newest secret.').waitFor();
    expect(await violationsInBothThemes(page)).toEqual(NONE);
    await page.setViewportSize({ width: 390, height: 844 });
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth), { timeout: 5_000 }).toBe(390);
    expect(await violations(page)).toEqual([]);
    expect(await page.getByRole('main').getByRole('textbox').count()).toBe(0);
    expect(await page.getByRole('button', { name: /authorize|execute|try it out/i }).count()).toBe(0);
  }, 30_000);

  describe('after all of that', () => {
    test('the browser has nothing against them: no error, no breach of the security policy, no request elsewhere', () => {
      expect(seen.complaints).toEqual([]);
    });
  });
}

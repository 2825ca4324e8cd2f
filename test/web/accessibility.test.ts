import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signIn, visit } from './support/browser.ts';
import { type Stage, startStage } from './support/stage.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const EMAIL = 'ada@example.com';
let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
  const { service } = stage;
  const token = await service.token(EMAIL, { admin: true });
  for (const name of ['shop', 'billing']) {
    const { json } = await service.call('POST /api/user/key', { token, body: { email: EMAIL, name } });
    for (let call = 0; call < 3; call++) await service.call('/api/whoami', { key: json.apiKey });
  }
  const credits = { token, body: { amount: 500, reason: 'goodwill' } };
  await service.call(`POST /api/admin/user/${encodeURIComponent(EMAIL)}/credits`, credits);
}, 120_000);
afterAll(() => stage.close());

/** What axe has against a page as it is: each rule with the places where it is broken. */
async function violations(page: Page): Promise<string[]> {
  // Evaluated, not added as a script: the page's security policy would not let it stand there.
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations: found } = await axe.run();
    return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
  });
}

const PAGES = ['/', '/keys', '/usage', '/credits', '/activity', '/quick-start', '/reference', '/admin'];

const DIALOGS: readonly [string, string, string][] = [
  ['/keys', 'Create key', 'Create key'],
  ['/keys', 'Edit shop', 'Edit shop'],
  ['/keys', 'Rotate shop', 'Rotate shop'],
  ['/keys', 'Revoke shop', 'Revoke shop'],
  ['/admin', `Manage ${EMAIL}`, EMAIL],
];

describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
  let page: Page;
  beforeAll(async () => {
    ({ page } = await visit(stage.browser, { origin: stage.origin, colorScheme }));
    await page.goto('/');
  });

  test('axe has nothing against the page where one signs in', async () => {
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByLabel('Email address').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.goto('/');
    await signIn(page, EMAIL, { admin: true });
  });

  test.each(PAGES)('axe has nothing against %s', async (path) => {
    await page.goto(path);
    await page.locator('#main h1').waitFor();
    await page.getByRole('status', { name: 'Loading' }).waitFor({ state: 'detached' });
    expect(await violations(page)).toEqual([]);
  });

  test.each(DIALOGS)('axe has nothing against the dialog at %s: %s', async (path, button, name) => {
    await page.goto(path);
    await page.getByRole('button', { name: button }).click();
    await page.getByRole('dialog', { name }).waitFor();
    expect(await violations(page)).toEqual([]);
  });
});

test('a key is made, copied, changed and revoked by keyboard alone', async () => {
  const { page } = await visit(stage.browser, { origin: stage.origin });
  await page.goto('/');
  /** Goes on with Tab until something of that name has the focus. */
  const tabTo = async (name: RegExp) => {
    for (let presses = 0; presses < 80; presses++) {
      await page.keyboard.press('Tab');
      const focused = await page.evaluate(() => {
        const element = document.activeElement as HTMLElement | null;
        const label = (element as HTMLInputElement | null)?.labels?.[0]?.innerText;
        return element?.getAttribute('aria-label') ?? label ?? element?.innerText ?? '';
      });
      if (name.test(focused)) return;
    }
    throw new Error(`nothing named ${name} is reached by Tab`);
  };
  const focusOnInput = () => expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
  await tabTo(/^Sign in$/);
  await page.keyboard.press('Enter');
  await page.getByLabel('Email address').fill('keyboard@example.com');
  await page.keyboard.press('Enter');
  await page.locator('#main').waitFor();
  await tabTo(/^Keys$/);
  await page.keyboard.press('Enter');
  await page.getByText('No keys yet').waitFor();
  await tabTo(/^Create your first key$/);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await focusOnInput();
  await page.keyboard.type('typed');
  await page.keyboard.press('Enter');
  await page.getByText('Copy it now').waitFor();
  await tabTo(/^I have copied it$/);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await tabTo(/^Edit typed$/);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await tabTo(/^Revoke typed$/);
  await page.keyboard.press('Enter');
  await page.getByLabel('Type typed to confirm').waitFor();
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
  await page.keyboard.type('typed');
  await page.keyboard.press('Enter');
  await page.getByText('No keys yet').waitFor();
}, 60_000);

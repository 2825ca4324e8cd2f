import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { visit } from '../support/browser.ts';
import { press, tabTo } from '../support/keyboard.ts';
import type { Stage } from '../support/stage.ts';

const focusOnInput = (page: Page) =>
  expect.poll(() => page.evaluate(() => document.activeElement?.tagName), { timeout: 10_000 }).toBe('INPUT');

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();

/** All that people do, without a pointer. */
export function keyboard(stage: () => Stage): void {
  test('a key is made, copied, changed, rotated and revoked by keyboard alone', async () => {
    const { page } = await visit(stage().browser, { origin: stage().origin });
    await page.goto('/');
    await press(page, /^Sign in$/);
    await page.getByLabel('Email address').waitFor();
    await focusOnInput(page);
    await page.keyboard.type('keyboard@example.com');
    await page.keyboard.press('Enter');
    await page.locator('#main').waitFor();
    await press(page, /^Keys$/);
    await page.getByText('No keys yet').waitFor();
    await press(page, /^Create your first key$/);
    await focusOnInput(page);
    await page.keyboard.type('typed');
    await page.keyboard.press('Enter');
    await page.getByText('Copy it now').waitFor();
    await press(page, /^Copy secret$/);
    await page.getByText('Copied', { exact: true }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^sk_live_/);
    await press(page, /^I have copied it$/);
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await press(page, /^Edit typed$/);
    await focusOnInput(page);
    await page.keyboard.type(' and changed');
    await page.keyboard.press('Enter');
    await page.getByText('typed and changed').waitFor();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await press(page, /^Rotate typed and changed$/);
    await page.getByRole('dialog').waitFor();
    await press(page, /^Rotate$/);
    await press(page, /^I have copied it$/);
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await press(page, /^Revoke typed and changed$/);
    await focusOnInput(page);
    await page.keyboard.type('typed and changed');
    await page.keyboard.press('Enter');
    await page.getByText('No keys yet').waitFor();
  }, 60_000);

  test('usage is sorted and exported, activity filtered, a span chosen, a person helped, credits bought by keyboard alone', async () => {
    const email = 'keys-only@example.com';
    const { page } = await stage().pageOf(email, { admin: true });
    const token = await stage().service.token(email);
    const { json } = await stage().service.call('POST /api/user/key', { token, body: { email, name: 'shop' } });
    await stage().service.call('/api/whoami', { key: json.apiKey });

    await tabTo(page, /^24 h$/);
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => page.getByRole('radio', { name: '1 h' }).isChecked()).toBe(true);

    await press(page, /^Usage$/);
    await page.getByText('1 of 1 rows').waitFor({ timeout: 15_000 });
    await press(page, /^Route$/);
    await page.getByRole('columnheader', { name: 'Route' }).and(page.locator('[aria-sort=ascending]')).waitFor();
    await tabTo(page, /^Filter by route or key$/);
    await page.keyboard.type('nothing like that');
    await page.getByText('0 of 1 rows').waitFor();
    const download = page.waitForEvent('download');
    await press(page, /^Export CSV$/);
    expect((await download).suggestedFilename()).toMatch(/^usage-.*\.csv$/);

    await press(page, /^Activity$/);
    await page.getByText('Key shop was made').waitFor();
    await tabTo(page, /^Type of event$/);
    await page.keyboard.press('ArrowDown');
    await page.getByRole('option', { name: 'key.created' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByText('No event of type key.updated').waitFor();

    await press(page, /^Admin$/);
    await heading(page, 'Admin');
    await press(page, new RegExp(`^Manage ${email}$`));
    await page.getByRole('dialog').waitFor();
    await tabTo(page, /^Credits/);
    await page.keyboard.type('250');
    await tabTo(page, /^Reason/);
    await page.keyboard.type('goodwill');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('row', { name: email }).getByRole('cell', { name: '10,250' }).waitFor();

    await press(page, /^Credits$/);
    await page.getByRole('button', { name: /^Buy 10,000 credits/ }).waitFor();
    await press(page, /^Buy 10,000 credits/);
    await page.getByRole('button', { name: 'Pay', exact: true }).waitFor();
    await press(page, /^Pay$/);
    await page.getByText('Thank you.').waitFor();
  }, 60_000);
}

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signIn, type Visit, visit } from './support/browser.ts';
import { type Stage, startStage } from './support/stage.ts';

let stage: Stage;
const visits: Visit[] = [];
beforeAll(async () => {
  stage = await startStage();
}, 120_000);
afterAll(async () => {
  for (const { context } of visits) await context.close();
  await stage.close();
});

/** A page of somebody who has just signed in. */
async function pageOf(email: string, options?: { admin?: boolean }): Promise<Visit> {
  const { origin, browser, service } = stage;
  const opened = await visit(browser, { origin, allowed: [service.instance.payments?.url ?? ''] });
  visits.push(opened);
  await opened.page.goto('/');
  await signIn(opened.page, email, options);
  return opened;
}

const go = (page: Page, name: string) => page.getByRole('navigation', { name: 'Pages' }).getByText(name).click();

/** What curl is answered that is sent as the dashboard shows it. */
async function curl(command: string): Promise<{ status: number; code: string | undefined }> {
  const [, key = ''] = /X-API-Key: (\S+)'/.exec(command) ?? [];
  const url = command.split(' ').at(-1) ?? '';
  const { stdout } = await promisify(execFile)('curl', ['-s', '-w', '\n%{http_code}', '-H', `X-API-Key: ${key}`, url]);
  const lines = stdout.trimEnd().split('\n');
  return { status: Number(lines.at(-1)), code: JSON.parse(lines[0] ?? '{}').code };
}

/** The curl line of the dialog that shows a secret, which is closed with it. */
async function takeSecret(page: Page): Promise<string> {
  const dialog = page.getByRole('dialog');
  const command = await dialog.getByRole('region', { name: 'curl command' }).innerText();
  await dialog.getByRole('button', { name: 'I have copied it' }).click();
  await dialog.waitFor({ state: 'detached' });
  return command.trim();
}

describe('a customer', () => {
  test('makes a key, sees its first call, rotates it, and revokes it', async () => {
    const { page, complaints } = await pageOf('ada@example.com');
    await go(page, 'Keys');
    await page.getByRole('button', { name: 'Create your first key' }).click();
    await page.getByLabel('Name').fill('shop');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    const first = await takeSecret(page);
    expect(await curl(first)).toMatchObject({ status: 200 });

    await go(page, 'Overview');
    await expect.poll(() => page.locator('[data-figure=Requests]').innerText(), { timeout: 5_000 }).toBe('1');

    await go(page, 'Keys');
    await page.getByRole('button', { name: 'Rotate shop' }).click();
    await page.getByRole('button', { name: 'Rotate', exact: true }).click();
    const second = await takeSecret(page);
    expect([(await curl(first)).status, (await curl(second)).status]).toEqual([200, 200]);
    await page.getByRole('button', { name: 'Rotate shop' }).click();
    await page.getByRole('button', { name: 'End them now' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await curl(first)).toEqual({ status: 401, code: 'key_expired' });
    expect((await curl(second)).status).toBe(200);

    await page.getByRole('button', { name: 'Revoke shop' }).click();
    const revoke = page.getByRole('button', { name: 'Revoke', exact: true });
    expect(await revoke.isDisabled()).toBe(true);
    await page.getByLabel('Type shop to confirm').fill('shop');
    await revoke.click();
    await page.getByText('No keys yet').waitFor();
    expect(await curl(second)).toEqual({ status: 401, code: 'key_revoked' });
    await go(page, 'Activity');
    await page.getByText('A key was revoked').waitFor();
    expect(complaints).toEqual([]);
  }, 60_000);

  test('buys credits on the payment page, and has them topped up', async () => {
    const { page, complaints } = await pageOf('buyer@example.com');
    await go(page, 'Credits');
    await page.getByLabel('Keep the payment method for top-ups').check();
    await page.getByRole('button', { name: 'Buy 10,000 credits for $9.00' }).click();
    await page.getByRole('button', { name: 'Pay', exact: true }).click();
    await page.getByText('Thank you.').waitFor();
    const bought = page.locator('[data-balance=Bought]');
    await expect
      .poll(async () => {
        await page.reload();
        return bought.innerText();
      })
      .toBe('10,000');
    await page.getByRole('button', { name: 'Turn on' }).click();
    await page.getByText('On, by visa ending in 4242').waitFor();
    expect(complaints).toEqual([]);
  }, 60_000);

  test('who edits what another has edited meanwhile keeps what was typed', async () => {
    const email = 'editor@example.com';
    const token = await stage.service.token(email);
    const { json } = await stage.service.call('POST /api/user/key', { token, body: { email, name: 'shared' } });
    const { page } = await pageOf(email);
    await go(page, 'Keys');
    await page.getByRole('button', { name: 'Edit shared' }).click();
    await page.getByLabel('Name').fill('mine');
    const target = `PATCH /api/user/key/${encodeURIComponent(email)}/${json.keyId}`;
    await stage.service.call(target, { token, body: { scopes: ['orders:read'] } });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The key was changed meanwhile').waitFor();
    expect(await page.getByLabel('Name').inputValue()).toBe('mine');
    await page.getByRole('button', { name: 'Read it again' }).click();
    await page.getByText('The key was changed meanwhile').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const { keys } = (await stage.service.call(`/api/user/key/${encodeURIComponent(email)}`, { token })).json;
    expect(keys).toMatchObject([{ name: 'mine', scopes: ['orders:read'] }]);
  }, 60_000);

  test('never sees what is another’s, whatever the address bar says', async () => {
    const { page } = await pageOf('mallory@example.com');
    const asked: string[] = [];
    page.on('request', (request) => asked.push(decodeURIComponent(request.url())));
    for (const path of ['/keys?email=ada@example.com', '/admin', '/user/ada', '/keys#ada@example.com']) {
      await page.goto(path);
      await page.locator('#main h1').waitFor();
    }
    expect(asked.filter((url) => url.includes('/api/') && url.includes('ada@example.com'))).toEqual([]);
    expect(await page.getByRole('navigation', { name: 'Pages' }).getByText('Admin').count()).toBe(0);
  }, 60_000);

  test('signs out, and is gone', async () => {
    const { page } = await pageOf('leaver@example.com');
    await page.getByRole('button', { name: 'leaver@example.com' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    const stored = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
    expect(stored).not.toContain('id_token');
  }, 60_000);
});

describe('an admin', () => {
  test('sees an account as its owner does, changes nothing there, and leaves a trace', async () => {
    const email = 'helped@example.com';
    const token = await stage.service.token(email);
    await stage.service.call('POST /api/user/key', { token, body: { email, name: 'theirs' } });
    const { page, complaints } = await pageOf('root@example.com', { admin: true });
    await go(page, 'Admin');
    await page.getByLabel('Address').fill('helped');
    await page.getByRole('button', { name: `See as ${email}` }).click();
    await page.getByText(`You see the account of ${email}`).waitFor();
    await go(page, 'Keys');
    await page.getByText('theirs').waitFor();
    expect(await page.getByRole('button', { name: /Create|Edit|Rotate|Revoke/ }).count()).toBe(0);
    await go(page, 'Activity');
    await page.getByText('An admin looked at the account').waitFor();

    await page.getByRole('button', { name: 'Back to my account' }).click();
    await go(page, 'Admin');
    await page.getByLabel('Address').fill('helped');
    await page.getByRole('button', { name: `Manage ${email}` }).click();
    await page.getByLabel('Credits').fill('250');
    await page.getByRole('dialog').getByLabel('Reason').first().fill('goodwill');
    await page.getByRole('button', { name: 'Move credits' }).click();
    await page.getByText('10,250').waitFor();
    expect(complaints).toEqual([]);
  }, 60_000);
});

describe('the page', () => {
  test('keeps what it shows when the session or the network ends', async () => {
    const { page, context } = await pageOf('offline@example.com');
    await context.setOffline(true);
    await page.getByText('You are offline').waitFor();
    await context.setOffline(false);
    await page.getByText('You are offline').waitFor({ state: 'detached' });
    await page.route('**/api/user/**', (route) => route.fulfill({ status: 401, json: { message: 'Unauthorized' } }));
    await go(page, 'Keys');
    await page.getByText('Your session has ended').waitFor();
    await page.getByRole('button', { name: 'Sign in again' }).waitFor();
  }, 60_000);

  test('tells what went wrong, by which request, and tries again', async () => {
    const { page } = await pageOf('unlucky@example.com');
    const problem = { detail: 'The store cannot answer', requestId: 'abc=', code: 'unavailable', status: 400 };
    await page.route('**/api/user/events/**', (route) => route.fulfill({ status: 400, json: problem }));
    await go(page, 'Activity');
    const alert = page.getByRole('alert');
    await alert.getByText('The store cannot answer').waitFor();
    await alert.getByText('abc=').waitFor();
    await page.unroute('**/api/user/events/**');
    await alert.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('Nothing has happened yet').waitFor();
  }, 60_000);
});

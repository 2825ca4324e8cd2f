import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { go } from '../support/go.ts';
import type { Stage } from '../support/stage.ts';

const secretIn = (command: string): string => /X-API-Key: (\S+)'/.exec(command)?.[1] ?? 'none';

/** What curl is answered that is sent as the dashboard shows it. */
async function curl(command: string): Promise<{ status: number; code: string | undefined }> {
  const url = command.split(' ').at(-1) ?? '';
  const { stdout } = await promisify(execFile)('curl', [
    '-s',
    '-w',
    '\n%{http_code}',
    '-H',
    `X-API-Key: ${secretIn(command)}`,
    url,
  ]);
  const lines = stdout.trimEnd().split('\n');
  return { status: Number(lines.at(-1)), code: JSON.parse(lines[0] ?? '{}').code };
}

/** The curl line of the dialog that shows a secret, which is closed with it. */
async function takeSecret(page: Page): Promise<string> {
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Copy curl command' }).click();
  const command = await page.evaluate(() => navigator.clipboard.readText());
  await dialog.getByRole('button', { name: 'I have copied it' }).click();
  await dialog.waitFor({ state: 'detached' });
  return command.trim();
}

/** A key from its making to its end. */
export function keyLife(stage: () => Stage): void {
  test('a customer makes a key, sees its first call, rotates it, and revokes it', async () => {
    const { page, complaints } = await stage().pageOf('ada@example.com');
    await go(page, 'Keys');
    await page.getByRole('button', { name: 'Create your first key' }).click();
    await page.getByLabel('Name').fill('shop');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    const first = await takeSecret(page);
    expect(await curl(first)).toMatchObject({ status: 200 });
    expect(await stage().placesOf(page, secretIn(first))).toEqual([]);

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

  test('who edits keeps what was typed: when the key is disabled, on a click beside the dialog, and when another has edited meanwhile', async () => {
    const email = 'editor@example.com';
    const token = await stage().service.token(email);
    const { json } = await stage().service.call('POST /api/user/key', { token, body: { email, name: 'shared' } });
    const { page } = await stage().pageOf(email);
    await go(page, 'Keys');
    await page.getByRole('button', { name: 'Edit shared' }).click();
    await page.getByLabel('Name').fill('mine');
    await page.getByRole('button', { name: 'Disable' }).click();
    await page.getByRole('button', { name: 'Enable' }).click();
    await page.getByRole('button', { name: 'Disable' }).waitFor();
    await page.mouse.click(5, 5);
    const target = `PATCH /api/user/key/${encodeURIComponent(email)}/${json.keyId}`;
    await stage().service.call(target, { token, body: { scopes: ['orders:read'] } });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The key was changed meanwhile').waitFor();
    expect(await page.getByLabel('Name').inputValue()).toBe('mine');
    await page.getByRole('button', { name: 'Read it again' }).click();
    await page.getByText('The key was changed meanwhile').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const { keys } = (await stage().service.call(`/api/user/key/${encodeURIComponent(email)}`, { token })).json;
    expect(keys).toMatchObject([{ name: 'mine', scopes: ['orders:read'] }]);
  }, 60_000);

  test('who rotates what another has edited meanwhile keeps what was chosen', async () => {
    const email = 'rotator@example.com';
    const token = await stage().service.token(email);
    const { json } = await stage().service.call('POST /api/user/key', { token, body: { email, name: 'shared' } });
    const { page } = await stage().pageOf(email);
    await go(page, 'Keys');
    await page.getByRole('button', { name: 'Rotate shared' }).click();
    await page.getByLabel('Grace of the old secret').first().click();
    await page.getByRole('option', { name: '7 days' }).click();
    const target = `PATCH /api/user/key/${encodeURIComponent(email)}/${json.keyId}`;
    await stage().service.call(target, { token, body: { scopes: ['orders:read'] } });
    await page.getByRole('button', { name: 'Rotate', exact: true }).click();
    await page.getByRole('button', { name: 'Read it again' }).click();
    await page.getByText('The key was changed meanwhile').waitFor({ state: 'detached' });
    expect(await page.getByLabel('Grace of the old secret').first().inputValue()).toBe('7 days');
    await page.getByRole('button', { name: 'Rotate', exact: true }).click();
    await page.getByText('Key shared has a new secret').waitFor();
  }, 60_000);
}

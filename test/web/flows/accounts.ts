import { expect, test } from 'vitest';
import { NONE, violationsInBothThemes } from '../support/axe.ts';
import { go } from '../support/go.ts';
import type { Stage } from '../support/stage.ts';

/** Credits, and whose account one sees. */
export function accounts(stage: () => Stage): void {
  test('a customer buys credits on the payment page, and has them topped up; axe has nothing against that form', async () => {
    const { page, complaints } = await stage().pageOf('buyer@example.com');
    await go(page, 'Credits');
    await page.getByLabel('Keep the payment method for top-ups').check();
    await page.getByRole('button', { name: 'Buy 10,000 credits for $9.00' }).click();
    await page.getByRole('button', { name: 'Pay', exact: true }).click();
    await page.getByText('Thank you.').waitFor();
    const bought = page.locator('[data-balance=Bought]');
    await expect.poll(() => bought.innerText(), { timeout: 15_000 }).toBe('10,000');
    await page.getByRole('button', { name: 'Turn on' }).click();
    await page.getByText('On, by visa ending in 4242').waitFor();
    await page.getByText('Automatic top-up is on.').waitFor();
    expect(await violationsInBothThemes(page)).toEqual(NONE);
    expect(complaints).toEqual([]);
  }, 60_000);

  test('a customer never sees what is another’s, whatever the address bar says', async () => {
    const { page } = await stage().pageOf('mallory@example.com');
    const asked: string[] = [];
    page.on('request', (request) => asked.push(decodeURIComponent(request.url())));
    for (const path of ['/keys?email=ada@example.com', '/admin', '/user/ada', '/keys#ada@example.com']) {
      await page.goto(path);
      await page.locator('#main h1').waitFor();
    }
    expect(asked.filter((url) => url.includes('/api/') && url.includes('ada@example.com'))).toEqual([]);
    expect(await page.getByRole('navigation', { name: 'Pages' }).getByText('Admin').count()).toBe(0);
  }, 60_000);

  test('a customer signs out, and is gone', async () => {
    const { page } = await stage().pageOf('leaver@example.com');
    await page.getByRole('button', { name: 'leaver@example.com' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    const stored = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
    expect(stored).not.toContain('id_token');
  }, 60_000);

  test('credits that an admin gives are given once, also if the answer is lost and it is sent again', async () => {
    const email = 'once@example.com';
    const token = await stage().service.token(email);
    await stage().service.call('POST /api/user/key', { token, body: { email } });
    const { page } = await stage().pageOf('root@example.com', { admin: true });
    let isLost = false;
    await page.route('**/api/admin/user/*/credits', async (route) => {
      if (isLost) return route.continue();
      isLost = true;
      await route.fetch();
      await route.abort();
    });
    await go(page, 'Admin');
    await page.getByLabel('Address').fill('once');
    await page.getByRole('button', { name: `Manage ${email}` }).click();
    await page.getByLabel('Credits').fill('250');
    await page.getByRole('dialog').getByLabel('Reason').first().fill('goodwill');
    await page.getByRole('button', { name: 'Move credits' }).click();
    await page.getByText('That did not work').waitFor();
    await page.getByRole('button', { name: 'Move credits' }).click();
    await page.getByText('The credits are moved.').waitFor();
    const credits = await stage().service.call(`/api/user/credits/${encodeURIComponent(email)}`, { token });
    expect(credits.json.balance.purchased).toBe(250);
  }, 60_000);

  test('an admin sees an account as its owner does, changes nothing there, and leaves a trace', async () => {
    const email = 'helped@example.com';
    const token = await stage().service.token(email);
    await stage().service.call('POST /api/user/key', { token, body: { email, name: 'theirs' } });
    const { page, complaints } = await stage().pageOf('root@example.com', { admin: true });
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
}

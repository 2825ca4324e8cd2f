import { test } from 'vitest';
import { go } from '../support/go.ts';
import type { Stage } from '../support/stage.ts';

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

  test('tells what went wrong, by which request, and tries again', async () => {
    const { page } = await stage().pageOf('unlucky@example.com');
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
}

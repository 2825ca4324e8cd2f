import type { Page } from 'playwright-core';

/** Every page, as an admin has them in the navigation. */
export const PAGES = ['Overview', 'Keys', 'Usage', 'Credits', 'Activity', 'Quick start', 'API reference', 'Admin'];

/** Goes to a page by the navigation, as a person would. */
export async function go(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Pages' }).getByText(name, { exact: true }).click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
  await page.getByRole('status', { name: 'Loading' }).first().waitFor({ state: 'detached' });
}

import type { Page } from 'playwright-core';

/** Goes on with Tab until something of that name has the focus. */
export async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 120; presses++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement | null;
      const label = (element as HTMLInputElement | null)?.labels?.[0]?.innerText;
      return element?.getAttribute('aria-label') ?? label ?? element?.innerText ?? '';
    });
    if (name.test(focused.trim())) return;
  }
  throw new Error(`nothing named ${name} is reached by Tab`);
}

/** Goes to something by Tab, and presses it. */
export async function press(page: Page, name: RegExp, key = 'Enter'): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.press(key);
}

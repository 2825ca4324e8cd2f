import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium as driver, type Page } from 'playwright-core';
import { ownChromium } from './own-chromium.ts';

/** Where browsers are by custom, for machines on which the one from npm does not run. */
const INSTALLED = [
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

const hasOwn = process.platform === 'linux' && process.arch === 'x64';

/** Where Chromium is: the one from npm on Linux, else one that is installed. */
export async function browserPath(): Promise<string> {
  if (hasOwn) return ownChromium();
  const found = INSTALLED.find((path) => existsSync(path));
  if (found) return found;
  throw new Error(`there is no browser; looked for ${INSTALLED.join(', ')}`);
}

/** Starts Chromium. */
export async function startBrowser(): Promise<Browser> {
  const args = hasOwn ? ['--no-sandbox', '--disable-gpu'] : [];
  return driver.launch({ executablePath: await browserPath(), args });
}

/** A page of a person who is not signed in, and all that a browser has against it. */
export interface Visit {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Errors of the console, violations of the security policy, and requests to elsewhere. */
  readonly complaints: string[];
}

export interface VisitOptions {
  readonly origin: string;
  /** Origins beside its own that the page may go to. */
  readonly allowed?: readonly string[];
  readonly colorScheme?: 'light' | 'dark';
  readonly viewport?: { readonly width: number; readonly height: number };
}

const POLICY_WATCH = `document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
  complainOfPolicy(violatedDirective + ' blocks ' + blockedURI))`;

/** Opens a browser of one's own. */
export async function visit(
  browser: Browser,
  { origin, allowed = [], colorScheme = 'light', viewport = { width: 1440, height: 900 } }: VisitOptions,
): Promise<Visit> {
  const context = await browser.newContext({ baseURL: origin, colorScheme, viewport, reducedMotion: 'reduce' });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin });
  const page = await context.newPage();
  const complaints: string[] = [];
  // The security policy is told of also where a report is no error of the console.
  await page.exposeFunction('complainOfPolicy', (what: string) => complaints.push(what));
  await page.addInitScript(POLICY_WATCH);
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    const from = new URL(request.url()).origin;
    if (![origin, 'null', ...allowed].includes(from)) complaints.push(`request to ${request.url()}`);
  });
  return { context, page, complaints };
}

/** Signs in as a person would: by the button, and the provider's form. */
export async function signIn(page: Page, email: string, { admin = false } = {}): Promise<void> {
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Email address').fill(email);
  if (admin) await page.getByLabel('as an admin').check();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('#main').waitFor();
}

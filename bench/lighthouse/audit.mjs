/** Judges pages of a dashboard by Lighthouse, in one tab, which signs in between: `node audit.mjs <chromium> <origin> <email>`. */
import lighthouse, { desktopConfig } from 'lighthouse';
import puppeteer from 'puppeteer-core';

const [executablePath, origin, email] = process.argv.slice(2);
const CATEGORIES = ['performance', 'accessibility', 'best-practices'];

const browser = await puppeteer.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'], headless: 'shell' });
try {
  const page = await browser.newPage();
  await withoutReferrerPolicy(page);
  const results = [await judge(page, 'sign-in')];
  await signIn(page);
  results.push(await judge(page, 'overview'));
  process.stdout.write(JSON.stringify(results));
} finally {
  await browser.close();
}

async function judge(page, name) {
  // The session stays, but nothing of a page before.
  const devtools = await page.createCDPSession();
  await devtools.send('Network.clearBrowserCache');
  const flags = { onlyCategories: CATEGORIES, disableStorageReset: true, logLevel: 'error' };
  const { lhr } = await lighthouse(`${origin}/`, flags, desktopConfig, page);
  if (lhr.runtimeError) throw new Error(`${name}: ${lhr.runtimeError.message}`);
  const { audits, categories } = lhr;
  return {
    page: name,
    scores: Object.fromEntries(CATEGORIES.map((id) => [id, Math.round((categories[id].score ?? 0) * 100)])),
    fcpMs: audits['first-contentful-paint'].numericValue,
    lcpMs: audits['largest-contentful-paint'].numericValue,
    tbtMs: audits['total-blocking-time'].numericValue,
    cls: audits['cumulative-layout-shift'].numericValue,
    kilobytes: audits['total-byte-weight'].numericValue / 1_000,
    failed: CATEGORIES.flatMap((id) => categories[id].auditRefs)
      .filter(({ id, weight }) => weight > 0 && (audits[id].score ?? 1) < 0.9)
      .map(({ id }) => id),
  };
}

async function signIn(page) {
  await page.goto(origin);
  await page.locator('::-p-aria([name="Sign in"][role="button"])').click();
  await page.locator('::-p-aria(Email address)').fill(email);
  await page.locator('::-p-aria([name="Sign in"][role="button"])').click();
  await page.locator('#main').wait();
}

/**
 * Chromium 147 gives up a page whose answer has a `referrer-policy` while Lighthouse's debugger is on. What the dashboard
 * sends is the policy that browsers have by themselves, so the page is the same without it.
 */
async function withoutReferrerPolicy(page) {
  const devtools = await page.createCDPSession();
  devtools.on('Fetch.requestPaused', ({ requestId, responseHeaders = [], responseStatusCode: responseCode }) => {
    const kept = responseHeaders.filter(({ name }) => name.toLowerCase() !== 'referrer-policy');
    devtools.send('Fetch.continueResponse', { requestId, responseCode, responseHeaders: kept }).catch(() => {});
  });
  const patterns = [{ urlPattern: `${origin}/*`, resourceType: 'Document', requestStage: 'Response' }];
  await devtools.send('Fetch.enable', { patterns });
}

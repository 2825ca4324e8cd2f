import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { synthesize } from '../../../local/synth.ts';
import { type Service, startService } from '../../api/support/service.ts';
import { EVERYTHING_ON } from '../../support/everything-on.ts';
import { signIn, startBrowser, type Visit, visit } from './browser.ts';

/** The whole service, with its dashboard and a payment page, and a browser in front of it. */
export interface Stage {
  readonly service: Service;
  readonly browser: Browser;
  readonly origin: string;
  /** A page of somebody who has just signed in. */
  pageOf(email: string, options?: { admin?: boolean }): Promise<Visit>;
  /** Where a page, or the service that it speaks with, has left a text for others to find. */
  placesOf(page: Page, text: string): Promise<string[]>;
  close(): Promise<void>;
}

export async function startStage(): Promise<Stage> {
  const directory = await mkdtemp(path.join(tmpdir(), 'stage-'));
  await synthesize(directory, { settings: EVERYTHING_ON });
  const browser = await startBrowser();
  const service = await startService({ assembly: directory, payments: true }).catch(async (error) => {
    await browser.close();
    throw error;
  });
  const origin = service.instance.url;
  return {
    service,
    browser,
    origin,
    async pageOf(email, options) {
      const opened = await visit(browser, { origin, allowed: [service.instance.payments?.url ?? ''] });
      await opened.page.goto('/');
      await signIn(opened.page, email, options);
      return opened;
    },
    async placesOf(page, text) {
      const stored = () => JSON.stringify({ ...localStorage, ...sessionStorage });
      const places = {
        address: page.url(),
        storage: await page.evaluate(stored),
        cookies: JSON.stringify(await page.context().cookies()),
        log: [...service.log, ...service.accessLog].join('\n'),
        tables: (await service.dump()).join('\n'),
      };
      return Object.entries(places).flatMap(([place, content]) => (content.includes(text) ? [place] : []));
    },
    async close() {
      await browser.close();
      await service.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

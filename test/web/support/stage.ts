import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { synthesize } from '../../../local/synth.ts';
import { type Service, startService } from '../../api/support/service.ts';
import { startBrowser } from './browser.ts';

/** The whole service, with its dashboard and a payment page, and a browser in front of it. */
export interface Stage {
  readonly service: Service;
  readonly browser: Browser;
  readonly origin: string;
  close(): Promise<void>;
}

const SELLING = { billing: { secretName: 'local', returnUrl: 'http://localhost/credits' } };

export async function startStage(): Promise<Stage> {
  const directory = await mkdtemp(path.join(tmpdir(), 'stage-'));
  await synthesize(directory, { settings: SELLING });
  const [service, browser] = await Promise.all([startService({ assembly: directory, payments: true }), startBrowser()]);
  const close = async () => {
    await browser.close();
    await service.close();
    await rm(directory, { recursive: true, force: true });
  };
  return { service, browser, origin: service.instance.url, close };
}

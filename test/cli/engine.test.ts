import { expect, test } from 'vitest';
import { engineAt, startEngine } from '../../local/engine.ts';
import { freePort } from '../../local/free-port.ts';
import { listen } from '../../local/gateway/listen.ts';

test('of engines that start at once and prefer one port, each gets a port of its own', async () => {
  const options = { preferredPort: await freePort() } as const;
  const engines = await Promise.all(Array.from({ length: 4 }, () => startEngine(options)));
  try {
    expect(new Set(engines.map(({ endpoint }) => endpoint)).size).toBe(engines.length);
  } finally {
    await Promise.all(engines.map((engine) => engine.close()));
  }
  for (const { endpoint } of engines) await expect(fetch(endpoint)).rejects.toThrow('fetch failed');
});

test('an engine that does not answer is waited for no longer once somebody asks to stop', async () => {
  const stop = new AbortController();
  const silent = await listen(() => stop.abort());
  await expect(engineAt(silent.url, stop.signal)).rejects.toMatchObject({ name: 'AbortError' });
  await silent.close();
});

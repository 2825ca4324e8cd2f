import { describe, expect, test } from 'vitest';
import { type Command, node } from './support/command.ts';

const soak = (...args: string[]): Command => node(['bench/soak.ts', ...args], { FORCE_COLOR: undefined });

const short = (...args: string[]) => soak('--minutes', '0.1', '--rps', '10', ...args);

interface Report {
  readonly isReconciled: boolean;
  readonly answers: Readonly<Record<string, number>>;
  readonly restarts: readonly { readonly part: string; readonly signal: string }[];
  readonly promises: readonly {
    readonly name: string;
    readonly holds?: boolean;
    readonly figures: Readonly<Record<string, number>>;
  }[];
}

describe('npm run soak', () => {
  test('restarts engine and gateway under traffic, finds all counted, and leaves no process', async () => {
    const command = short('--json');
    const { code, stdout, stderr } = await command.ended();
    expect(code, stdout + stderr).toBe(0);
    const { isReconciled, answers, restarts, promises } = JSON.parse(stdout) as Report;
    expect(isReconciled).toBe(true);
    expect(restarts).toMatchObject([
      { part: 'engine', signal: 'SIGKILL' },
      { part: 'gateway', signal: 'SIGTERM' },
    ]);
    expect(answers['200']).toBeGreaterThan(0);
    const {
      accepted = 0,
      unknown = 0,
      counted = 0,
    } = promises.find(({ name }) => name === 'accepted calls are counted')?.figures ?? {};
    expect(accepted).toBeGreaterThan(0);
    expect(counted).toBeGreaterThanOrEqual(accepted);
    expect(counted).toBeLessThanOrEqual(accepted + unknown);
    expect(promises.filter(({ holds }) => holds !== true).map(({ name }) => name)).toEqual([
      'memory of the gateway is flat',
      'memory of the engine is flat',
    ]);
    expect(command.processes()).toEqual([]);
    expect(stdout + stderr).not.toMatch(/sk_live_|eyJ/);
  });

  test('stops everything at Ctrl-C half-way, and ends with 130', async () => {
    const command = short();
    await expect.poll(() => command.stderr(), { timeout: 40_000 }).toContain('traffic begins');
    // Itself, the engine and the gateway.
    expect(command.processes().length).toBe(3);
    process.kill(-command.pid, 'SIGINT');
    expect(await command.ended()).toMatchObject({ code: 130, stdout: '' });
    expect(command.processes()).toEqual([]);
  });

  test('--help tells the options and what is promised, and ends with 0', async () => {
    const ended = await soak('--help').ended();
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    for (const word of ['--minutes N', '--rps N', '--json', 'SIGKILL', 'It promises']) {
      expect(ended.stdout).toContain(word);
    }
  });

  test('a wrong option is one clear line, and ends with 2', async () => {
    expect(await soak('--minutes', 'ten').ended()).toMatchObject({
      code: 2,
      stdout: '',
      stderr: 'npm run soak: --minutes is "ten"; allowed is a number from 0.1 to 1440\n',
    });
  });
});

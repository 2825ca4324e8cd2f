import { describe, expect, test, vi } from 'vitest';
import { keysProgram } from '../../cli/keys.ts';
import { runProgram } from '../../cli/support/run-program.ts';
import { leavesOf } from './support/keys-command.ts';

const ADA = 'ada@example.com';

/** Runs a command line in this process, for what no service is needed: a process takes half a second to start. */
async function within(args: readonly string[]): Promise<{ code: unknown; output: string }> {
  let output = '';
  const write = (text: string | Uint8Array) => {
    output += text;
    return true;
  };
  const spies = [vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')];
  for (const spy of spies) spy.mockImplementation(write);
  const before = process.exitCode;
  try {
    process.exitCode = undefined;
    await runProgram(keysProgram(), args);
    return { code: process.exitCode ?? 0, output };
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
    vi.unstubAllEnvs();
  }
}

describe('a command that is asked in a wrong way exits with 2, and says what is allowed:', () => {
  const stray = `sk_live_${'a'.repeat(36)}`;

  test.each<[string, string[], RegExp]>([
    ['no command', [], /Usage: npm run keys/],
    ['an unknown command', ['lst'], /unknown command 'lst'.*\n.*list/],
    ['an unknown option', ['list', ADA, '--all'], /unknown option '--all'/],
    ['no address', ['list'], /missing required argument 'email'/],
    ['what is no address', ['list', 'ada'], /Allowed is an address such as ada@example\.com/],
    ['a key where its id goes', ['show', ADA, stray], /Allowed is a key id of 26 characters/],
    ['a key where nothing goes', ['verify', stray], /the key is no argument: .* rotate it/],
    ['a key as an option', ['verify', `--key=${stray}`], /unknown option/],
    ['a key as a name', ['create', ADA, '--name', stray], /--name: Invalid text: expected no API key/],
    ['a scope in capitals', ['create', ADA, '--scope', 'Orders'], /--scope: Invalid scope: expected \[a-z\]/],
    [
      'what is no address of a network',
      ['create', ADA, '--allow-ip', '10.0.0.0/99'],
      /--allow-ip: Invalid address: expected/,
    ],
    ['no such environment', ['create', ADA, '--environment', 'prod'], /Allowed choices are live, test/],
    ['two limits of one name', ['create', ADA, '--limit', 'a=1/1', '--limit', 'a=2/2'], /--limit: Names must differ/],
    ['neither a key nor all', ['revoke', ADA], /a key id, or --all/],
    ['too long a grace', ['rotate', ADA, '0'.repeat(26), '--grace', '604801'], /whole number from 0 to 604800/],
    ['no reason', ['users', 'suspend', ADA], /required option '--reason <text>'/],
    ['an empty reason', ['users', 'suspend', ADA, '--reason', ' '], /--reason: /],
    ['no such plan', ['users', 'plan', ADA, 'gold'], /allowed is free, pro, scale/],
    ['no amount', ['credits', 'grant', ADA, 'many', '--reason', 'x'], /amount: .*expected/],
    ['nothing to grant', ['credits', 'grant', ADA, '0', '--reason', 'x'], /amount: Invalid amount/],
    ['no such type', ['events', ADA, '--type', 'key.lost'], /Allowed choices are key\.created, /],
    ['no such day', ['usage', ADA, '--from', 'monday'], /such as 2026-11-23/],
    [
      'a span that ends before it begins',
      ['usage', ADA, '--from', '2026-11-02', '--to', '2026-11-01'],
      /--from: .*from before to/,
    ],
    ['the terms of a route here', ['verify', '--route', 'GET /x'], /--route needs --stage/],
    ['no such stage', ['doctor', '--stage', 'qa'], /Allowed is a stage of cdk\.json: dev, prod/],
    ['two services', ['doctor', '--stage', 'dev', '--endpoint', 'http://127.0.0.1:1'], /give one/],
    ['a stage without a region', ['doctor', '--stage', 'dev'], /--stage needs a region/],
    ['a profile for this machine', ['doctor', '--profile', 'x'], /go with --stage/],
  ])('%s', async (_, args, message) => {
    vi.stubEnv('AWS_REGION', '');
    const { code, output } = await within(args);
    expect(output).toMatch(message);
    expect(output).not.toContain(stray.slice(8));
    expect(code).toBe(2);
  });
});

describe('every command', () => {
  const leaves = leavesOf(keysProgram());

  test.each(['', 'users', 'credits', ...leaves.map(({ name }) => name)])(
    '%s --help tells what it does and how it exits',
    async (name) => {
      const { code, output } = await within([...name.split(' ').filter(Boolean), '--help']);
      expect(code).toBe(0);
      expect(output).toMatch(/^Usage: npm run keys --/);
      expect(output).toMatch(/exits with 0 when it is done, 1 if something fails.* 2 if it was asked in a wrong way/);
      expect(output).not.toContain('\u001b');
    },
  );

  test('says of each argument and option what it is', () => {
    const silent = leaves.flatMap(({ name, command }) =>
      [...command.options, ...command.registeredArguments]
        .filter(({ description }) => description === '')
        .map((part) => `${name} ${part.name()}`),
    );
    expect(silent).toEqual([]);
  });
});

import { type Command, CommanderError } from 'commander';

/** Exit codes of all commands, as their help tells them. */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const;

const EXITS = `
It exits with 0 when it is done, 1 if something fails or the answer is no, 2 if it was asked in a wrong way.`;

/** Makes a command and all below it throw where it would exit, and say how it exits. */
function prepare(command: Command): void {
  command.exitOverride().addHelpText('after', EXITS).showHelpAfterError('(--help lists what is allowed)');
  for (const inner of command.commands) {
    inner.copyInheritedSettings(command);
    prepare(inner);
  }
}

/**
 * Runs a command line, and sets the exit code of the process. A failure is one clear line on the standard error.
 *
 * @param args without the program and the script.
 */
export async function runProgram(program: Command, args: readonly string[]): Promise<void> {
  prepare(program);
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      // It has said what is wrong itself; help was asked for where the code is 0.
      process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
      return;
    }
    process.stderr.write(`${program.name().replace(/ --$/, '')}: ${(error as Error).message}\n`);
    process.exitCode = EXIT.failed;
  }
}

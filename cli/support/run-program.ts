import { type Command, CommanderError } from 'commander';
import { withoutSecrets } from '../../lib/keys/redaction.ts';
import { WrongUse } from './wrong-use.ts';

/** Exit codes of all commands, as their help tells them. */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const;

const EXITS = `
It exits with 0 when it is done, 1 if something fails or the answer is no, 2 if it was asked in a wrong way.`;

const MORE = '(--help lists what is allowed)';

/** Makes a command and all below it throw where it would exit, say how it exits, and repeat no secret that was typed. */
function prepare(command: Command): void {
  command
    .exitOverride()
    .addHelpText('after', EXITS)
    .showHelpAfterError(MORE)
    .configureOutput({ outputError: (text, write) => write(withoutSecrets(text)) });
  command.commands.forEach(prepare);
}

/**
 * Runs a command line, and sets the exit code of the process. A failure is one clear line on the standard error.
 *
 * @param args without the program and the script.
 */
export async function runProgram(program: Command, args: readonly string[]): Promise<void> {
  process.stdout.off('error', endQuietly).on('error', endQuietly);
  prepare(program);
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      // It has said what is wrong itself; help was asked for where the code is 0.
      process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
      return;
    }
    const isWrongUse = error instanceof WrongUse;
    const message = withoutSecrets((error as Error).message);
    process.stderr.write(`${program.name().replace(/ --$/, '')}: ${message}\n${isWrongUse ? `${MORE}\n` : ''}`);
    process.exitCode = isWrongUse ? EXIT.usage : EXIT.failed;
  }
}

/** Who reads the output may have seen enough of it, as `head` has. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit();
  throw error;
}

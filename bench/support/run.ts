import { whenOrphaned } from '../../local/orphan.ts';
import { isMistake } from './mistake.ts';

/** What a bench may use while it runs. */
export interface Bench {
  /** Aborted when the end begins before the bench is done. */
  readonly signal: AbortSignal;
  /** Has something closed at the end, also if it is still starting then. */
  start<Started extends { close(): unknown }>(starting: Promise<Started>): Promise<Started>;
  /** Tells people what is measured now. */
  say(line: string): void;
}

const INTERRUPTED = 130;

/**
 * Runs a bench, and closes what it has started: at its end, after an error (exit code 1, or 2 for a wrong option), at Ctrl-C.
 */
export async function runBench(name: string, run: (bench: Bench) => Promise<void>): Promise<void> {
  const started: Promise<{ close(): unknown }>[] = [];
  const end = new AbortController();

  let undone: Promise<void> | undefined;

  const undo = async () => {
    end.abort();
    for (const starting of started.splice(0).reverse()) {
      await starting.then(
        (one) => one.close(),
        () => {},
      );
    }
  };
  /** Once, however often it is asked to: a Ctrl-C may come while an error is cleaned up after. */
  const undoAll = () => {
    undone ??= undo();
    return undone;
  };
  const stop = () => void undoAll().finally(() => process.exit(INTERRUPTED));
  process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop);
  whenOrphaned(stop);

  try {
    await run({
      signal: end.signal,
      start: (starting) => {
        started.push(starting);
        return starting;
      },
      say: (line) => console.error(line),
    });
  } catch (error) {
    if (!end.signal.aborted) {
      process.exitCode = isMistake(error) ? 2 : 1;
      console.error(`npm run ${name}:`, isMistake(error) ? error.message : error);
    }
  } finally {
    if (!end.signal.aborted) await undoAll();
  }
}

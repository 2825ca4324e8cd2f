import { whenOrphaned } from '../../local/orphan.ts';

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

/** A wrong option: what the person did, and no fault of the program. */
const isMistake = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');

/** Runs a bench, and closes what it has started: at its end, after an error, at Ctrl-C. */
export async function runBench(name: string, run: (bench: Bench) => Promise<void>): Promise<void> {
  const started: Promise<{ close(): unknown }>[] = [];
  const end = new AbortController();

  const undoAll = async () => {
    end.abort();
    for (const starting of started.splice(0).reverse()) {
      await starting.then(
        (one) => one.close(),
        () => {},
      );
    }
  };
  const stop = () => void undoAll().finally(() => process.exit(INTERRUPTED));
  process.on('SIGINT', stop).on('SIGTERM', stop);
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
      process.exitCode = 1;
      console.error(`npm run ${name}:`, isMistake(error) ? error.message : error);
    }
  } finally {
    if (!end.signal.aborted) await undoAll();
  }
}

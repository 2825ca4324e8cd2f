const LOOK_MS = 100;

/**
 * Acts once npm's shell, which started this process, has ended: npm passes a SIGTERM on to its shell, and the shell ends
 * without passing it on. A process that no npm script started is left alone.
 */
export function whenOrphaned(act: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    act();
  }, LOOK_MS);
  timer.unref();
}

/**
 * Waits a random time of at most `ceiling` milliseconds, so that those who wait for the same thing do not return as one:
 * full jitter, as in the AWS Architecture Blog's "Exponential Backoff And Jitter".
 */
export const pauseUpTo = (ceiling: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.random() * ceiling));

/** Waits about as long as a transaction holds its items. */
export const pauseForTransaction = (): Promise<void> => pauseUpTo(25);

import type { LocalSchedule } from '../model.ts';

export interface ScheduleOptions {
  readonly schedules: readonly LocalSchedule[];
  readonly place: { readonly region: string; readonly accountId: string };
  /** Invokes a function asynchronously; it never rejects. */
  readonly deliver: (functionName: string, event: unknown) => Promise<void>;
}

/**
 * Plays the scheduled rules of EventBridge: each function runs once at the start, as the machine may have slept through its
 * time, and then at its rate.
 *
 * @returns stops the clock.
 */
export function startSchedules({ schedules, place, deliver }: ScheduleOptions): () => void {
  const timers = schedules.map(({ name, everyMs, functionName }) => {
    const run = () =>
      void deliver(functionName, {
        version: '0',
        id: crypto.randomUUID(),
        'detail-type': 'Scheduled Event',
        source: 'aws.events',
        account: place.accountId,
        time: new Date().toISOString(),
        region: place.region,
        resources: [`arn:aws:events:${place.region}:${place.accountId}:rule/${name}`],
        detail: {},
      });
    run();
    return setInterval(run, everyMs);
  });
  return () => timers.forEach(clearInterval);
}

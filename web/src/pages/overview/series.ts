import type { Usage } from '../../api/queries.ts';

/** Pixels; what stands for the chart is as high, so that nothing moves when it comes. */
export const CHART_HEIGHT = 300;

/** One bar: the calls of a period by how they ended. */
export interface Bar {
  readonly at: string;
  readonly Served: number;
  readonly Refused: number;
  readonly Failed: number;
}

const FORMATS: Readonly<Record<Usage['granularity'], Intl.DateTimeFormat>> = {
  minute: new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
  hour: new Intl.DateTimeFormat('en', {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }),
  day: new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric', timeZone: 'UTC' }),
};

/** The bars of a report, the oldest first. */
export const barsOf = ({ series, granularity }: Pick<Usage, 'series' | 'granularity'>): Bar[] =>
  series.map(({ at, requests, errors, rejected }) => ({
    at: FORMATS[granularity].format(new Date(at)),
    Served: requests - errors - rejected,
    Refused: rejected,
    Failed: errors,
  }));

import { formatCount } from './format.ts';

const WINDOWS: Readonly<Record<number, string>> = { 1: 'second', 60: 'minute', 3600: 'hour', 86400: 'day' };

/** How often a limit begins anew, as in `600 a minute`. */
export const every = (seconds: number): string =>
  WINDOWS[seconds] ? `a ${WINDOWS[seconds]}` : `in ${formatCount(seconds)} s`;

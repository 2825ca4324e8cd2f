const whole = new Intl.NumberFormat('en');
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat('en', { style: 'percent', minimumFractionDigits: 2, maximumFractionDigits: 2 });
const instant = new Intl.DateTimeFormat('en', {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
  timeZoneName: 'short',
});
const day = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeZone: 'UTC' });

/** Where the reader's clock is, such as `Europe/Berlin`. */
export const TIME_ZONE = instant.resolvedOptions().timeZone;

export const formatCount = (count: number): string => whole.format(count);
export const formatCompact = (count: number): string => compact.format(count);
export const formatShare = (share: number): string => percent.format(share);
/** A day as the service counts it. */
export const formatDay = (iso: string): string => `${day.format(new Date(iso))} UTC`;
/** A moment by the reader's clock, and the zone of that. */
export const formatTime = (iso: string): string => instant.format(new Date(iso));
export const formatTimeOr = (iso: string | null, none: string): string => (iso === null ? none : formatTime(iso));

/** Milliseconds, as people read them. */
export function formatMs(ms: number): string {
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(ms >= 10_000 ? 0 : 1)} s`;
  return `${ms >= 10 ? Math.round(ms) : ms.toFixed(1)} ms`;
}

const inCurrency = (currency: string) =>
  new Intl.NumberFormat('en', { style: 'currency', currency: currency.toUpperCase() });

/** Least units in one of a currency: 100 cents in a dollar, and a yen is one itself. */
export const leastUnits = (currency: string): number =>
  10 ** (inCurrency(currency).resolvedOptions().maximumFractionDigits ?? 2);

/** A price in the least unit of its currency. */
export const formatPrice = ({ amount, currency }: { amount: number; currency: string }): string =>
  inCurrency(currency).format(amount / leastUnits(currency));

const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** How long ago a moment was, or how far off it is. */
export function formatAgo(iso: string, now: number): string {
  const distance = Date.parse(iso) - now;
  for (const [unit, ms] of STEPS) {
    if (Math.abs(distance) >= ms) return relative.format(Math.round(distance / ms), unit);
  }
  return distance > 0 ? 'in a moment' : 'just now';
}

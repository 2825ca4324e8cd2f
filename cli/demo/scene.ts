/** Some route of a shop. */
export interface SceneRoute {
  /** `METHOD /path/{parameter}`. */
  readonly route: string;
  readonly credits: number;
  /** Half of all calls take as many milliseconds at most. */
  readonly median: number;
  /** How far latencies spread: a tail of a few times the median at 0.5, of many at 1. */
  readonly spread: number;
}

const route = (name: string, credits: number, median: number, spread: number): SceneRoute => ({
  route: name,
  credits,
  median,
  spread,
});

const PRODUCTS = route('GET /api/products', 1, 18, 0.45);
const PRODUCT = route('GET /api/products/{id}', 1, 9, 0.4);
const SEARCH = route('POST /api/search', 2, 120, 0.6);
const ORDER = route('POST /api/orders', 5, 85, 0.5);
const ORDERS = route('GET /api/orders/{id}', 1, 22, 0.5);
const EXPORT = route('GET /api/exports/{id}', 10, 640, 0.7);

/** One key, and who calls with it. */
export interface SceneKey {
  readonly name: string;
  readonly environment: 'live' | 'test';
  readonly scopes: readonly string[];
  readonly rateLimits?: readonly { readonly name: string; readonly limit: number; readonly windowSeconds: number }[];
  /** Calls on an average hour. */
  readonly perHour: number;
  /** Share of that at each hour of a day. */
  readonly day: (hour: number) => number;
  /** Share of a weekday's calls on a Saturday or Sunday. */
  readonly weekend: number;
  readonly routes: readonly (SceneRoute & { readonly weight: number })[];
  /** What else than success becomes of calls, as shares. */
  readonly outcomes: readonly Outcome[];
  /** Its calls ended so many days ago. */
  readonly silentDays?: number;
  readonly userAgent: string;
}

/** An answer other than 200 or 201. */
export interface Outcome {
  readonly status: number;
  readonly share: number;
  /** Refused by the check, and why. @default - it was accepted, and the route answered so */
  readonly code?: 'rate_limited' | 'scope_denied' | 'quota_exceeded';
}

const NOT_FOUND = { status: 404, share: 0.012 };
const BAD_REQUEST = { status: 400, share: 0.006 };
const FAILED = { status: 500, share: 0.002 };
const LIMITED = { status: 429, share: 0.009, code: 'rate_limited' } as const;
const OUT_OF_SCOPE = { status: 403, share: 0.02, code: 'scope_denied' } as const;

/** A hill around an hour of the day, of a width in hours; it goes over midnight. */
const hill = (hour: number, top: number, width: number): number => {
  const distance = Math.min(Math.abs(hour - top), 24 - Math.abs(hour - top));
  return Math.exp(-((distance / width) ** 2));
};

const shoppers = (hour: number): number => 0.12 + 1.1 * hill(hour, 12, 3.5) + 1.6 * hill(hour, 19.5, 3);
const office = (hour: number): number => (hour >= 8 && hour < 18 ? 2 * hill(hour, 13, 4.5) : 0.02);
const nightly = (hour: number): number => (hour === 2 ? 20 : 0);

/** The keys of a believable shop. */
export const KEYS: readonly SceneKey[] = [
  {
    name: 'storefront',
    environment: 'live',
    scopes: ['catalog:read', 'orders:write'],
    rateLimits: [{ name: 'burst', limit: 300, windowSeconds: 60 }],
    perHour: 62,
    day: shoppers,
    weekend: 1.35,
    routes: [
      { ...PRODUCTS, weight: 30 },
      { ...PRODUCT, weight: 44 },
      { ...SEARCH, weight: 17 },
      { ...ORDER, weight: 4 },
      { ...ORDERS, weight: 5 },
    ],
    outcomes: [NOT_FOUND, BAD_REQUEST, FAILED, LIMITED],
    userAgent: 'storefront/4.12 (node)',
  },
  {
    name: 'mobile app',
    environment: 'live',
    scopes: ['catalog:read'],
    perHour: 34,
    day: (hour) => 0.2 + 0.9 * hill(hour, 8, 2) + 1.7 * hill(hour, 21, 3),
    weekend: 1.6,
    routes: [
      { ...PRODUCTS, weight: 25 },
      { ...PRODUCT, weight: 55 },
      { ...SEARCH, weight: 20 },
    ],
    outcomes: [NOT_FOUND, FAILED, OUT_OF_SCOPE],
    userAgent: 'ShopApp/2.3 (iOS)',
  },
  {
    name: 'nightly export',
    environment: 'live',
    scopes: ['orders:read'],
    perHour: 7,
    day: nightly,
    weekend: 1,
    routes: [
      { ...EXPORT, weight: 8 },
      { ...ORDERS, weight: 92 },
    ],
    outcomes: [FAILED, { ...LIMITED, share: 0.05 }],
    userAgent: 'export-job/1.0 (python)',
  },
  {
    name: 'staging',
    environment: 'test',
    scopes: ['catalog:read', 'orders:write'],
    perHour: 5,
    day: office,
    weekend: 0.03,
    routes: [
      { ...PRODUCTS, weight: 3 },
      { ...SEARCH, weight: 2 },
      { ...ORDER, weight: 2 },
    ],
    outcomes: [
      { ...NOT_FOUND, share: 0.06 },
      { ...BAD_REQUEST, share: 0.09 },
      { ...FAILED, share: 0.02 },
    ],
    userAgent: 'curl/8.9.1',
  },
  {
    name: 'old partner feed',
    environment: 'live',
    scopes: ['catalog:read'],
    perHour: 11,
    day: () => 1,
    weekend: 0.9,
    routes: [{ ...PRODUCTS, weight: 1 }],
    outcomes: [NOT_FOUND],
    silentDays: 9,
    userAgent: 'partner-sync/0.9',
  },
];

/** The key that gets a new secret. */
export const ROTATED = 'mobile app';

/** The key that is revoked. */
export const REVOKED = 'old partner feed';

/** A bad afternoon: a database was slow, and some calls failed. */
export const INCIDENT = { daysAgo: 11, fromHour: 14, toHour: 16, failures: 0.14, slowness: 4.5 } as const;

/** Calls grow by so much in 30 days. */
export const GROWTH = 1.35;

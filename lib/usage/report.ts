import { addTo, type Tally } from './counters.ts';
import { GRAINS, periodPrefix } from './granularity.ts';
import type { Span } from './span.ts';
import { type Stats, statsOf, statusesOf } from './stats.ts';
import type { UsageItem } from './usage.store.ts';

/** A key as a report names it. */
export interface NamedKey {
  readonly keyId: string;
  readonly name: string;
}

/** What a report is narrowed to, and whether it tells of each route by each key. */
export interface Narrowing {
  readonly keyId?: string | undefined;
  readonly route?: string | undefined;
  readonly detail?: 'cells' | undefined;
}

/** A user's usage in a span. */
export interface Report {
  readonly totals: Stats;
  /** Every period of the span, also those without a call. */
  readonly series: ({ readonly at: string } & Stats)[];
  /** Busiest first. */
  readonly routes: ({ readonly route: string } & Stats)[];
  /** Busiest first: the given keys, also those without a call, and those that only their calls are left of. */
  readonly keys: (NamedKey & Stats)[];
  readonly statuses: Readonly<Record<string, number>>;
  /** Each route by each key, busiest first, where it was asked for. */
  readonly cells?: ({ readonly keyId: string; readonly route: string } & Stats)[];
}

/** Adds up the items of a span, in whatever order they come. */
export interface Summary {
  add(item: UsageItem): void;
  report(keys: readonly NamedKey[]): Report;
}

export function summarize(span: Span, { keyId, route, detail }: Narrowing = {}): Summary {
  const totals: Tally = new Map();
  const byCell = new Map<string, Tally>();
  const [byPeriod, byRoute, byKey] = [new Map<string, Tally>(), new Map<string, Tally>(), new Map<string, Tally>()];
  return {
    add: (item) => {
      if (keyId !== undefined && item.keyId !== keyId) return;
      if (route !== undefined && item.route !== route) return;
      addTo(tallyOf(byPeriod, item.period), item.counters);
      addTo(tallyOf(byRoute, item.route), item.counters);
      addTo(tallyOf(byKey, item.keyId), item.counters);
      if (detail) addTo(tallyOf(byCell, `${item.keyId} ${item.route}`), item.counters);
    },
    report: (keys) => {
      for (const tally of byRoute.values()) addTo(totals, tally);
      const named = new Map(keys.map((key) => [key.keyId, key.name]));
      const shown = new Set(keyId === undefined ? [...named.keys(), ...byKey.keys()] : [keyId]);
      return {
        totals: statsOf(totals),
        series: starts(span).map((at) => ({
          at: new Date(at).toISOString(),
          ...statsOf(byPeriod.get(periodPrefix(span.granularity, at)) ?? NOTHING),
        })),
        routes: busiestFirst([...byRoute].map(([name, tally]) => ({ route: name, ...statsOf(tally) }))),
        keys: busiestFirst(
          [...shown].map((id) => ({
            keyId: id,
            // A revoked key's record is deleted after 30 days, and its name with it.
            name: named.get(id) ?? '',
            ...statsOf(byKey.get(id) ?? NOTHING),
          })),
        ),
        statuses: statusesOf(totals),
        ...(detail && {
          cells: busiestFirst([...byCell].map(([name, tally]) => ({ ...cellOf(name), ...statsOf(tally) }))),
        }),
      };
    },
  };
}

/** A key's id holds no space; a route may. */
function cellOf(name: string): { keyId: string; route: string } {
  const space = name.indexOf(' ');
  return { keyId: name.slice(0, space), route: name.slice(space + 1) };
}

const NOTHING: Tally = new Map();

function tallyOf(tallies: Map<string, Tally>, name: string): Tally {
  let tally = tallies.get(name);
  if (!tally) {
    tally = new Map();
    tallies.set(name, tally);
  }
  return tally;
}

function starts({ from, to, granularity }: Span): number[] {
  const { ms } = GRAINS[granularity];
  return Array.from({ length: Math.round((to - from) / ms) }, (_, i) => from + i * ms);
}

const busiestFirst = <Row extends Stats>(rows: Row[]): Row[] => rows.sort((a, b) => b.requests - a.requests);

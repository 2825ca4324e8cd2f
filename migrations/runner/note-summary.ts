import type { Note } from '../migration.ts';

/** Notes of one kind. */
export interface NoteSummary {
  readonly kind: string;
  readonly count: number;
  /** Those of them whose account is another row's too. */
  readonly shared: number;
  /** The first ones, by address. */
  readonly examples: readonly Note[];
}

const EXAMPLES = 20;

const byAddress = (a: Note, b: Note): number => (a.address < b.address ? -1 : 1);

/** Sums notes up by kind. Rows of which none is written as the service writes it share an account too, and are told so. */
export function summarize(notes: readonly Note[]): NoteSummary[] {
  const sharing = Map.groupBy(notes, ({ account }) => account);
  const told = notes.map((note): Note => {
    const others = note.account === undefined ? [] : (sharing.get(note.account) ?? []);
    return others.length > 1 ? { ...note, isShared: true } : note;
  });
  return [...Map.groupBy(told, ({ kind }) => kind)]
    .map(([kind, all]) => ({
      kind,
      count: all.length,
      shared: all.filter(({ isShared }) => isShared).length,
      examples: all.toSorted(byAddress).slice(0, EXAMPLES),
    }))
    .toSorted((a, b) => (a.kind < b.kind ? -1 : 1));
}

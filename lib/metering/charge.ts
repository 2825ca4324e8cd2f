/** What an accepted call does to one attribute of the hot item. All charges of a call are written, or none. */
export type Charge =
  /** Counts up; with `atMost`, only if the counter is no greater than that afterwards. */
  | { readonly kind: 'add'; readonly attribute: string; readonly amount: number; readonly atMost?: number }
  /** Takes from a balance, only if it holds as much. */
  | { readonly kind: 'take'; readonly attribute: string; readonly amount: number }
  | { readonly kind: 'set'; readonly attribute: string; readonly value: number }
  /** Clears a counter of a window or period that is over. */
  | { readonly kind: 'remove'; readonly attribute: string };

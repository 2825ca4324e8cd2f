/** One attribute of the hot item that an accepted call moves. Each rule may add its own; all move together or none. */
export type Charge =
  | { readonly kind: 'add'; readonly attribute: string; readonly amount: number }
  | { readonly kind: 'set'; readonly attribute: string; readonly value: number };

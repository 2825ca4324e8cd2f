import type * as z from 'zod';

/** Who may call: the user addressed (or an admin), an admin only, the holder of an API key, or anybody. */
export type Access = 'user' | 'admin' | 'key' | 'public';

/** One operation of the HTTP contract. Handlers validate by it, and `docs/openapi.json` is generated from it. */
export interface Operation {
  readonly id: string;
  readonly summary: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly access: Access;
  readonly params?: z.ZodObject;
  /** @default - a request with a query is refused */
  readonly query?: z.ZodObject;
  readonly headers?: z.ZodObject;
  /** @default - a request with a body is refused */
  readonly body?: z.ZodObject;
  /** Its handler reads the body itself, to the byte. @default false */
  readonly readsBody?: boolean;
  /** Status of success. */
  readonly status: number;
  readonly response: z.ZodType;
  /** It answers a key, whose version it tells as `ETag`. @default false */
  readonly hasVersion?: boolean;
}

type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : Record<never, never>;

/** What an operation's handler is given: every part valid, emails normalised. */
export interface Input<Op extends Operation> {
  readonly params: Output<Op['params']>;
  readonly query: Output<Op['query']>;
  readonly headers: Output<Op['headers']>;
  readonly body: Output<Op['body']>;
}

/** Checks an operation's type and keeps it as narrow as written. */
export const operation = <const Op extends Operation>(definition: Op): Op => definition;

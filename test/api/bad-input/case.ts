export const EMAIL = 'ada@example.com';
export const KEYS = '/api/user/key';
export const MINE = `${KEYS}/${encodeURIComponent(EMAIL)}`;
export const USAGE = `/api/user/usage/${encodeURIComponent(EMAIL)}`;
export type FieldError = readonly [path: string, message: string];

/** A request that must be refused; without a target it is a `POST` of a new key. */
export interface Case {
  readonly title: string;
  readonly target?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly code?: string;
  /** What `detail` says, where no field is to blame. */
  readonly detail?: string;
  /** Every failing field, with how its message begins. */
  readonly errors?: readonly FieldError[];
}

/** A new key with one field as given, written by hand: not every JSON text has a value that would write it. */
export const withField = (name: string, json: string): string => `{"email":"${EMAIL}","${name}":${json}}`;

export const BAD_IP = 'Invalid address: expected IPv4 or IPv6, or CIDR';
export const BAD_SCOPE = 'Invalid scope: expected [a-z][a-z0-9:._*-]{0,63}';
export const BAD_TEXT = 'Invalid text: expected well-formed text without control characters';
export const BAD_EMAIL = 'Invalid email: expected an address such as ada@example.com, 254 bytes at most';
export const BAD_KEY_ID = 'Invalid keyId: expected 26 characters of 0-9 and A-Z';

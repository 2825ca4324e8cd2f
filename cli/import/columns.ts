/** Every column of the format, in the order in which an export writes them. */
export const COLUMNS = [
  'email',
  'key',
  'keyHash',
  'hashEncoding',
  'hint',
  'name',
  'environment',
  'status',
  'scopes',
  'allowedIps',
  'rateLimits',
  'quota',
  'dailyCredits',
  'expiresAt',
  'createdAt',
  'credits',
] as const;

export type Column = (typeof COLUMNS)[number];

export const isColumn = (name: string): name is Column => (COLUMNS as readonly string[]).includes(name);

/** What a file may be. */
export const FORMATS = ['jsonl', 'csv'] as const;

export type Format = (typeof FORMATS)[number];

/** The format of a file by its name: CSV if it says so, else JSON Lines. */
export const formatOf = (file: string): Format => (/\.csv$/i.test(file) ? 'csv' : 'jsonl');

/** A name as it may be shown: a secret may stand where a column's name is expected, and most have a digit. */
export const shownColumn = (name: string): string => (/^[A-Za-z_-]{1,32}$/.test(name) ? name : 'one that is not shown');

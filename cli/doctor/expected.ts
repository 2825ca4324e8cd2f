/** A table as the stack makes it. */
export interface ExpectedTable {
  readonly name: string;
  readonly keys: string;
  readonly indexes: Readonly<Record<string, string>>;
  readonly timeToLive?: string;
  readonly stream?: string;
}

/** The tables of the stack: a test compares them with the template. */
export const EXPECTED_TABLES: readonly ExpectedTable[] = [
  {
    name: 'user_preferences',
    keys: 'email, record',
    indexes: { due: 'dueKind, dueAt', accounts: 'a, email' },
    timeToLive: 'deleteAt',
  },
  { name: 'api_keys', keys: 'keyHash', indexes: {} },
  { name: 'api_events', keys: 'email, eventId', indexes: {}, timeToLive: 'deleteAt', stream: 'NEW_IMAGE' },
  { name: 'api_usage', keys: 'email, bucket', indexes: {}, timeToLive: 'deleteAt' },
];

/** What the names of everything of the service begin with, beside tables. */
export const PREFIX = 'sensei-keys';

/** The queues of what could not be done, without those of options. */
export const EXPECTED_QUEUES = ['sensei-keys-events-dead-letters', 'sensei-keys-record-usage-dead-letters'] as const;

export const EXPECTED_RUNTIME = 'nodejs24.x';

/** Functions without which nothing works. */
export const EXPECTED_FUNCTIONS = ['sensei-keys-authorize', 'sensei-keys-record-usage'] as const;

/** The function that counts usage, and the log groups whose lines it gets. */
export const RECORDER = 'sensei-keys-record-usage';
export const EXPECTED_SUBSCRIPTIONS = [
  '/aws/vendedlogs/sensei-keys/access',
  '/aws/lambda/sensei-keys-authorize',
  '/aws/lambda/sensei-keys-verify-key',
] as const;

/** What brings events from the stream of their table to the bus. */
export const EXPECTED_PIPE = 'sensei-keys-events';
export const EXPECTED_BUS = 'sensei-keys';

/** The rules that are there whatever the options, each of which runs a function by the clock. */
export const EXPECTED_RULES = ['sensei-keys-write-notices'] as const;

/** The version in the description of a deployed function, which begins with `Sensei Keys 1.2.3:`. */
export const versionIn = (description: string): string | undefined => /^Sensei Keys ([^\s:]+)/.exec(description)?.[1];

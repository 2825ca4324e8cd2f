/** Something that was looked at, or why it could not be. */
export type Fact<Value> =
  | { readonly kind: 'seen'; readonly value: Value }
  | { readonly kind: 'unseen'; readonly why: string };

/** A table as it is. */
export interface TableFacts {
  readonly status: string;
  /** `partition` or `partition, sort`. */
  readonly keys: string;
  readonly indexes: readonly { readonly name: string; readonly keys: string; readonly status: string }[];
  /** What of each new item the stream has; absent where there is none. */
  readonly stream: string | undefined;
  /** The ARN of the stream, also of one that is off by now. */
  readonly streamArn: string | undefined;
  readonly deletionProtection: boolean;
  /** The attribute by which items expire; absent where none do. */
  readonly timeToLive: Fact<string | undefined>;
  readonly pointInTimeRecovery: Fact<boolean>;
}

export interface AlarmFacts {
  readonly name: string;
  /** `OK`, `ALARM` or `INSUFFICIENT_DATA`. */
  readonly state: string;
}

export interface QueueFacts {
  readonly name: string;
  readonly messages: number;
}

export interface FunctionFacts {
  readonly name: string;
  readonly runtime: string;
  readonly state: string;
  readonly lastUpdate: string;
  readonly description: string;
}

/** The pipe from the stream of events to the bus. */
export interface PipeFacts {
  /** `RUNNING`, `STOPPED`, `START_FAILED` and others. */
  readonly state: string;
  /** Why it is in that state; empty where AWS does not say. */
  readonly reason: string;
  /** The ARN of the stream that it reads. */
  readonly source: string;
}

export interface RuleFacts {
  readonly name: string;
  readonly bus: string;
  /** `ENABLED` or `DISABLED`. */
  readonly state: string;
  /** How many it calls. */
  readonly targets: number;
}

/** The bus of events, and the service's rules on it and on the one that every account has. */
export interface BusFacts {
  readonly isThere: boolean;
  readonly rules: readonly RuleFacts[];
}

/** What becomes of the lines of a log group. */
export interface SubscriptionFacts {
  readonly logGroup: string;
  /** The functions that they are delivered to. */
  readonly functions: readonly string[];
  /** The recorder lets CloudWatch Logs invoke it for this log group. */
  readonly mayInvoke: boolean;
}

/** Everything that the doctor looks at. */
export interface Facts {
  /** Absent where it is an engine on this machine. */
  readonly stage: { readonly name: string; readonly retainsData: boolean } | undefined;
  /** By name; `undefined` where it is not there. */
  readonly tables: Readonly<Record<string, Fact<TableFacts | undefined>>>;
  readonly alarms: Fact<readonly AlarmFacts[]>;
  readonly deadLetters: Fact<readonly QueueFacts[]>;
  readonly functions: Fact<readonly FunctionFacts[]>;
  /** `undefined` where it is not there. */
  readonly pipe: Fact<PipeFacts | undefined>;
  readonly bus: Fact<BusFacts>;
  readonly subscriptions: Fact<readonly SubscriptionFacts[]>;
  /** How far this machine's clock is ahead of DynamoDB's, in milliseconds; negative where it is behind. */
  readonly clockAhead: Fact<number>;
  /** The version of this checkout. */
  readonly version: string;
}

export const seen = <Value>(value: Value): Fact<Value> => ({ kind: 'seen', value });

export const unseen = (why: string): Fact<never> => ({ kind: 'unseen', why });

/** Looks, and says why it could not. What cannot be reached at all is thrown. */
export async function look<Value>(how: () => Promise<Value>): Promise<Fact<Value>> {
  try {
    return seen(await how());
  } catch (error) {
    const { name, message, code } = error as NodeJS.ErrnoException;
    if (code === 'ECONNREFUSED' || name === 'TimeoutError' || name === 'CredentialsProviderError') throw error;
    return unseen(`${name}: ${message}`);
  }
}

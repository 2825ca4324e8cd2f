import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { EventRecord } from './event.store.ts';
import { viewEvent } from './event-view.ts';

/** One record of the table's stream, as far as it is read. */
export interface StreamRecord {
  readonly dynamodb?: { readonly NewImage?: Readonly<Record<string, AttributeValue>> };
}

/** An event as the bus has it in `detail`: as the audit log shows it, whose it is, and the version of this form. */
export type BusEvent = ReturnType<typeof viewEvent> & { readonly version: '1'; readonly email: string };

/** The events in records of the table's stream. */
export const busEvents = (records: readonly StreamRecord[]): BusEvent[] =>
  records.flatMap(({ dynamodb }) => {
    if (!dynamodb?.NewImage) return [];
    const item = unmarshall(dynamodb.NewImage as Record<string, AttributeValue>) as EventRecord & { email: string };
    return [{ version: '1', email: item.email, ...viewEvent(item) }];
  });

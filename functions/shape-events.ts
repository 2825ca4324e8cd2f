import { type BusEvent, busEvents, type StreamRecord } from '../lib/events/stream.store.ts';

/** Gives events their form on the bus: the enrichment of the pipe between the table's stream and the bus. */
export const handler = async (records: readonly StreamRecord[]): Promise<BusEvent[]> => busEvents(records);

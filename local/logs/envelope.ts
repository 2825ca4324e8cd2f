import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** One line of a log. */
export interface LogEvent {
  /** 56 digits, unlike those of any other event. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly message: string;
}

export interface Delivery {
  readonly messageType: 'DATA_MESSAGE' | 'CONTROL_MESSAGE';
  readonly owner: string;
  readonly logGroup: string;
  readonly logStream: string;
  readonly subscriptionFilters: readonly string[];
  readonly logEvents: readonly LogEvent[];
}

const compress = promisify(gzip);

/**
 * What CloudWatch Logs invokes a function with: base64 of gzip of JSON.
 *
 * Source: CloudWatch Logs user guide, "Log group-level subscription filters".
 */
export async function seal(delivery: Delivery): Promise<{ awslogs: { data: string } }> {
  const data = await compress(JSON.stringify(delivery));
  return { awslogs: { data: data.toString('base64') } };
}

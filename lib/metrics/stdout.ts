/**
 * Writes one line of metrics. `console` would wrap it: in Lambda's JSON log format what it is given becomes the field
 * `message`, and CloudWatch reads metrics from the root of a line alone.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
 */
export function writeMetrics(line: string): void {
  process.stdout.write(`${line}\n`);
}

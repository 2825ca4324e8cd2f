import { randomInt } from 'node:crypto';
import { optionalEnv } from '../lib/env.ts';
import { verifyKey } from '../lib/http/contract/verify.ts';
import { keyEndpoint } from '../lib/http/key-endpoint.ts';
import { verification, verifiedStatus } from '../lib/http/verification.ts';
import { DEFAULT_TERMS } from '../lib/metering/call.ts';
import { inspect } from '../lib/metering/inspect.ts';
import { drawContainer } from '../lib/metering/marker.ts';
import { createMeasuredCheck } from '../lib/metrics/measured-check.ts';
import { writeMetrics } from '../lib/metrics/stdout.ts';
import { serviceDatabase } from '../lib/store/service-database.ts';
import { usageLine } from '../lib/usage/usage-line.ts';

const db = serviceDatabase();
const presented = { foreignSecrets: optionalEnv('foreignSecrets') === 'true' };
const check = createMeasuredCheck(db, {
  clock: Date.now,
  stopwatch: () => performance.now(),
  container: drawContainer(randomInt),
  write: writeMetrics,
  ...presented,
});
const UNNAMED = `${verifyKey.method} ${verifyKey.path}`;

export const handler = keyEndpoint(verifyKey, async ({ body, at, event }) => {
  const { key, ip, cost, scopes, dryRun, route = UNNAMED } = body;
  const request = { ...(ip && { ip }), terms: { ...DEFAULT_TERMS, cost, scopes } };
  if (dryRun) {
    const { verdict, checks } = await inspect(db, Date.now, key, request, presented);
    return { body: { ...verification(verdict), cost, checks: [...checks] } };
  }
  const verdict = await check(key, request);
  const { requestId } = event.requestContext;
  const line = usageLine(verdict, { requestId, at, route, ip: ip ?? '', status: verifiedStatus(verdict) });
  if (line) console.info(line);
  return { body: { ...verification(verdict), cost } };
});

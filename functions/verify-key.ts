import { randomInt } from 'node:crypto';
import { verifyKey } from '../lib/http/contract/verify.ts';
import { keyEndpoint } from '../lib/http/key-endpoint.ts';
import { verification } from '../lib/http/verification.ts';
import { DEFAULT_TERMS } from '../lib/metering/call.ts';
import { createCheck } from '../lib/metering/check.ts';
import { inspect } from '../lib/metering/inspect.ts';
import { drawContainer } from '../lib/metering/marker.ts';
import { serviceDatabase } from '../lib/store/service-database.ts';

const db = serviceDatabase();
const check = createCheck(db, Date.now, drawContainer(randomInt));

export const handler = keyEndpoint(verifyKey, async ({ body: { key, ip, cost, scopes, dryRun } }) => {
  const request = { ...(ip && { ip }), terms: { ...DEFAULT_TERMS, cost, scopes } };
  if (!dryRun) return { body: { ...verification(await check(key, request)), cost } };
  const { verdict, checks } = await inspect(db, Date.now, key, request);
  return { body: { ...verification(verdict), cost, checks: [...checks] } };
});

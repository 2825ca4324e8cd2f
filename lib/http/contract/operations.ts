import type { Operation } from '../operation.ts';
import { changePlan } from './accounts.ts';
import { createKey, listKeys, revokeAllKeys, revokeKey } from './keys.ts';
import { health, openapi, whoami } from './service.ts';
import { getUsage } from './usage.ts';
import { verifyKey } from './verify.ts';

/** The whole contract. */
export const OPERATIONS: readonly Operation[] = [
  listKeys,
  createKey,
  revokeAllKeys,
  revokeKey,
  getUsage,
  changePlan,
  whoami,
  verifyKey,
  health,
  openapi,
];

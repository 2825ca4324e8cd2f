import type { Operation } from '../operation.ts';
import { changePlan, changeStatus, findUsers, getCredits, grantCredits, listPlans, viewAccount } from './accounts.ts';
import { billingWebhook, checkout, setTopUp, stopTopUp } from './billing.ts';
import { listEvents } from './events.ts';
import { createKey, endGrace, listKeys, revokeAllKeys, revokeKey, rotateKey, updateKey } from './keys.ts';
import { health, openapi, whoami } from './service.ts';
import { getUsage } from './usage.ts';
import { verifyKey } from './verify.ts';

/** The whole contract. */
export const OPERATIONS: readonly Operation[] = [
  listKeys,
  createKey,
  revokeAllKeys,
  updateKey,
  rotateKey,
  endGrace,
  revokeKey,
  listEvents,
  getUsage,
  getCredits,
  changePlan,
  changeStatus,
  grantCredits,
  findUsers,
  viewAccount,
  listPlans,
  checkout,
  setTopUp,
  stopTopUp,
  billingWebhook,
  whoami,
  verifyKey,
  health,
  openapi,
];

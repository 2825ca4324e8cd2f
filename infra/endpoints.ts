import type { RouteTerms } from './key-check.ts';
import type { TableGrants } from './table-grants.ts';

/** Who may call a route: a signed-in person, an admin, the holder of an API key, or anybody. */
export type Access = 'user' | 'admin' | 'key' | 'public';

/** One route of the service, and the function in `functions/<name>.ts` that answers it. */
export interface Endpoint {
  readonly name: string;
  /** `METHOD /path/{parameter}`, as the HTTP API writes it. */
  readonly route: string;
  readonly access: Access;
  readonly grants: TableGrants;
  /** What a route for API keys asks of its callers. @default - a call costs 1 and demands nothing */
  readonly terms?: RouteTerms;
  /** In MB; 1,769 is one whole processor. @default 512 */
  readonly memorySize?: number;
  /** It has to do with payments: it knows whether credits are sold, or talks to the payment provider. @default - neither */
  readonly billing?: 'knows' | 'sells';
  /** It checks keys, and logs what it finds, to be counted. @default false */
  readonly logsUsage?: boolean;
}

const READ = ['GetItem', 'Query'] as const;
/** A change is written with its event. */
const CHANGE = {
  userPreferences: [...READ, 'PutItem', 'UpdateItem'],
  apiEvents: ['PutItem'],
} as const satisfies TableGrants;

/** What checking a key takes: it may count calls, and can write nothing else. */
export const CHECK: TableGrants = { apiKeys: ['GetItem'], userPreferences: ['GetItem', 'BatchGetItem', 'Charge'] };

/** Every route of the service. */
export const ENDPOINTS: readonly Endpoint[] = [
  { name: 'list-keys', route: 'GET /api/user/key/{email}', access: 'user', grants: { userPreferences: READ } },
  {
    name: 'create-key',
    route: 'POST /api/user/key',
    access: 'user',
    grants: { ...CHANGE, apiKeys: ['PutItem'] },
  },
  {
    name: 'revoke-all-keys',
    route: 'DELETE /api/user/key/{email}',
    access: 'user',
    grants: CHANGE,
  },
  {
    name: 'revoke-key',
    route: 'DELETE /api/user/key/{email}/{keyId}',
    access: 'user',
    grants: CHANGE,
  },
  {
    name: 'update-key',
    route: 'PATCH /api/user/key/{email}/{keyId}',
    access: 'user',
    grants: CHANGE,
  },
  {
    name: 'rotate-key',
    route: 'POST /api/user/key/{email}/{keyId}/rotate',
    access: 'user',
    grants: { ...CHANGE, apiKeys: ['PutItem'] },
  },
  {
    name: 'end-grace',
    route: 'POST /api/user/key/{email}/{keyId}/end-grace',
    access: 'user',
    grants: CHANGE,
  },
  {
    name: 'list-events',
    route: 'GET /api/user/events/{email}',
    access: 'user',
    grants: { apiEvents: ['Query'] },
  },
  {
    name: 'get-usage',
    route: 'GET /api/user/usage/{email}',
    access: 'user',
    grants: { userPreferences: READ, apiUsage: ['Query'] },
    memorySize: 1769,
  },
  {
    name: 'change-plan',
    route: 'PUT /api/admin/user/{email}/plan',
    access: 'admin',
    grants: CHANGE,
  },
  {
    name: 'change-status',
    route: 'PUT /api/admin/user/{email}/status',
    access: 'admin',
    grants: CHANGE,
  },
  {
    name: 'grant-credits',
    route: 'POST /api/admin/user/{email}/credits',
    access: 'admin',
    grants: CHANGE,
  },
  {
    name: 'get-credits',
    route: 'GET /api/user/credits/{email}',
    access: 'user',
    grants: { userPreferences: READ },
    billing: 'knows',
  },
  {
    name: 'find-users',
    route: 'GET /api/admin/users',
    access: 'admin',
    grants: { userPreferences: ['QueryAccounts', 'BatchGetItem'] },
  },
  {
    name: 'view-account',
    route: 'POST /api/admin/user/{email}/view',
    access: 'admin',
    grants: { apiEvents: ['PutItem'] },
  },
  {
    name: 'checkout',
    route: 'POST /api/billing/checkout',
    access: 'user',
    grants: { userPreferences: ['GetItem', 'PutItem'] },
    billing: 'sells',
  },
  { name: 'billing-webhook', route: 'POST /api/billing/webhook', access: 'public', grants: CHANGE, billing: 'sells' },
  { name: 'set-top-up', route: 'PUT /api/user/top-up/{email}', access: 'user', grants: CHANGE, billing: 'knows' },
  { name: 'stop-top-up', route: 'DELETE /api/user/top-up/{email}', access: 'user', grants: CHANGE, billing: 'knows' },
  { name: 'list-plans', route: 'GET /api/plans', access: 'public', grants: {} },
  { name: 'whoami', route: 'GET /api/whoami', access: 'key', grants: {}, terms: { cost: 0, explained: true } },
  {
    name: 'verify-key',
    route: 'POST /api/keys/verify',
    access: 'key',
    grants: CHECK,
    terms: { cost: 0, scopes: ['keys:verify'], explained: true },
    logsUsage: true,
  },
  { name: 'health', route: 'GET /api/health', access: 'public', grants: {} },
  { name: 'openapi', route: 'GET /api/openapi.json', access: 'public', grants: {} },
];

/** The function behind the API key authorizer. */
export const AUTHORIZE = 'authorize';

/** The function that counts usage. */
export const RECORD_USAGE = 'record-usage';

/** The function that tells of keys that end soon or lie idle. */
export const WRITE_NOTICES = 'write-notices';

/** The function that gives events of the audit log their form on the bus. */
export const SHAPE_EVENTS = 'shape-events';

/** The function that tops up credits. */
export const TOP_UP_CREDITS = 'top-up-credits';

/** The function that runs migrations while the stack is deployed. */
export const MIGRATE = 'migrate';

/** Every function of the service. */
export const FUNCTION_NAMES: readonly string[] = [
  ...ENDPOINTS.map(({ name }) => name),
  AUTHORIZE,
  RECORD_USAGE,
  WRITE_NOTICES,
  SHAPE_EVENTS,
  TOP_UP_CREDITS,
  MIGRATE,
];

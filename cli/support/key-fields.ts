import type { viewKey } from '../../lib/keys/key-view.ts';
import { fieldsOf, printJson, printLine } from './print.ts';

/** A key as the API shows it. */
export type ShownKey = ReturnType<typeof viewKey>;

const listed = (values: readonly string[], none: string): string => (values.length > 0 ? values.join(', ') : none);

/** A key for people, a line for each of its fields. */
export const keyFields = (key: ShownKey): string =>
  fieldsOf({
    'key id': key.keyId,
    name: key.name,
    environment: key.environment,
    status: key.status,
    secrets: key.secrets.map(({ hint, expiresAt }) => (expiresAt ? `${hint} until ${expiresAt}` : hint)).join(', '),
    scopes: listed(key.scopes, 'none'),
    'allowed ips': listed(key.allowedIps, 'any'),
    limits: listed(
      key.rateLimits.map(({ name, limit, windowSeconds }) => `${name}=${limit}/${windowSeconds}`),
      "the plan's",
    ),
    quota: key.quota ? `${key.quota.limit}/${key.quota.period}` : "the plan's",
    'daily credits': key.dailyCredits ?? 'no cap',
    requests: key.totalRequests,
    'last used': key.lastUsedAt ?? 'never',
    created: key.createdAt,
    expires: key.expiresAt ?? 'never',
    'rotate by': key.rotateBy ?? undefined,
    version: key.version,
  });

/** Where a command that makes a secret puts it, for its help. */
export const SECRET_HELP = `
The secret is shown this once. It alone is on the standard output, the rest on the standard error, so that
  KEY=$(npm run --silent keys -- …)
holds it. With --json all is on the standard output, the secret as apiKey.`;

/** Prints a key with its new secret, the one time that it is shown. */
export function printSecret(json: boolean, key: ShownKey, secret: string): void {
  if (json) {
    printJson({ ...key, apiKey: secret });
    return;
  }
  process.stderr.write(`${keyFields(key)}\n`);
  printLine(secret);
}

/**
 * Every environment variable of the service, named once: the construct that sets one and the handler that reads
 * it both import it from here.
 */
export const ENV = {
  userPreferencesTable: 'USER_PREFERENCES_TABLE',
  apiKeysTable: 'API_KEYS_TABLE',
  apiEventsTable: 'API_EVENTS_TABLE',
  apiUsageTable: 'API_USAGE_TABLE',
  groupsClaim: 'GROUPS_CLAIM',
  adminGroup: 'ADMIN_GROUP',
  routeTerms: 'ROUTE_TERMS',
  apiId: 'API_ID',
  plans: 'PLANS',
  billingSecret: 'BILLING_SECRET',
  returnUrl: 'RETURN_URL',
  stripeUrl: 'STRIPE_URL',
  foreignSecrets: 'FOREIGN_SECRETS',
} as const;

/** A readable name of a setting, such as `apiKeysTable`. */
export type EnvName = keyof typeof ENV;

/** The variables a handler is given, by readable name. */
export type Env<Name extends EnvName> = { readonly [K in Name]: string };

/**
 * Reads the named variables.
 *
 * @throws Error that names every variable that is missing or empty.
 */
export function readEnv<Name extends EnvName>(
  names: readonly Name[],
  source: Record<string, string | undefined> = process.env,
): Env<Name> {
  const missing = names.filter((name) => !source[ENV[name]]);
  if (missing.length > 0) {
    throw new Error(`missing environment variable ${missing.map((name) => ENV[name]).join(', ')}`);
  }
  return Object.fromEntries(names.map((name) => [name, source[ENV[name]]])) as Env<Name>;
}

/** Reads a variable that may be left out. */
export const optionalEnv = (
  name: EnvName,
  source: Record<string, string | undefined> = process.env,
): string | undefined => source[ENV[name]] || undefined;

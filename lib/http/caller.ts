import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import { type Email, normalizeEmail } from '../accounts/email.ts';
import { Problem } from './problem.ts';

/** Who calls a management route, as told by the gateway's JWT authorizer. */
export interface Caller {
  /** The verified email, normalised; absent where the token has none. */
  readonly email: Email | undefined;
  readonly subject: string;
  readonly isAdmin: boolean;
}

type Claims = APIGatewayProxyEventV2WithJWTAuthorizer['requestContext']['authorizer']['jwt']['claims'];

/** An HTTP API writes a list claim as `[a b]`, with no quotes; a single value or `a,b` come from other issuers. */
const listOf = (claim: string): string[] =>
  claim
    .replace(/^\[(.*)\]$/s, '$1')
    .split(/[\s,]+/)
    .filter(Boolean);

/**
 * The list in a claim as the token itself has it: the gateway's form of it does not tell the group `Store admin` from two.
 *
 * @param authorization the header whose token the gateway has verified.
 * @returns `undefined` where the claim is no list.
 */
function listIn(authorization: string | undefined, claim: string): readonly unknown[] | undefined {
  const payload = /^(?:Bearer )?[\w-]+\.([\w-]+)\.[\w-]+$/i.exec(authorization ?? '')?.[1];
  if (payload === undefined) return undefined;
  const value: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())[claim];
  return Array.isArray(value) ? value : undefined;
}

/**
 * Reads the caller from the claims of a token that the gateway has verified.
 *
 * @param groups the claim that lists the caller's groups, and the group whose members are admins.
 * @param authorization the header that the token came in. @default - a group with a space or comma in its name counts as several
 */
export function callerOf(claims: Claims, groups: { claim: string; admin: string }, authorization?: string): Caller {
  const memberOf = listIn(authorization, groups.claim) ?? listOf(String(claims[groups.claim] ?? ''));
  const verified = String(claims.email_verified) === 'true' && typeof claims.email === 'string';
  return {
    email: verified ? normalizeEmail(String(claims.email)) : undefined,
    subject: String(claims.sub ?? ''),
    isAdmin: memberOf.includes(groups.admin),
  };
}

/**
 * The one rule of the management routes: the email addressed is the caller's own, or the caller is an admin.
 *
 * @param addressed whose account it is; `undefined` where only admins may call.
 * @throws Problem `forbidden`.
 */
export function authorize(caller: Caller, addressed: Email | undefined): void {
  if (caller.isAdmin || (addressed !== undefined && caller.email === addressed)) return;
  throw new Problem(
    'forbidden',
    addressed === undefined
      ? 'The token must carry the admin group'
      : "The token must carry this user's verified email, or the admin group",
  );
}

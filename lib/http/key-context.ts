import type { APIGatewayProxyEventV2, APIGatewayProxyEventV2WithLambdaAuthorizer } from 'aws-lambda';
import type { KeyRecord } from '../keys/key.ts';
import type { Environment } from '../keys/secret.ts';

/**
 * What the authorizer tells the handler of an accepted call (`requestContext.authorizer.lambda`), and, in its scalar
 * parts, the access log.
 */
export interface KeyContext {
  readonly code: 'allowed';
  readonly keyId: string;
  readonly email: string;
  readonly name: string;
  readonly environment: Environment;
  readonly scopes: string[];
  /** ISO 8601. */
  readonly expiresAt: string | null;
}

/** The context of an accepted call with a key. */
export const keyContext = ({ keyId, email, name, environment, scopes, expiresAt }: KeyRecord): KeyContext => ({
  code: 'allowed',
  keyId,
  email,
  name,
  environment,
  scopes: [...scopes],
  expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString(),
});

/**
 * The key of the call that a protected route's handler answers.
 *
 * @throws Error if the route has no API key authorizer: an unprotected route must fail, not guess.
 */
export function keyContextOf(event: APIGatewayProxyEventV2): KeyContext {
  const { authorizer } = (event as APIGatewayProxyEventV2WithLambdaAuthorizer<KeyContext | null>).requestContext;
  if (authorizer?.lambda?.code !== 'allowed') throw new Error('this route is not protected by the API key authorizer');
  return authorizer.lambda;
}

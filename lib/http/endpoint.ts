import middy, { type MiddlewareObj } from '@middy/core';
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyEventV2WithJWTAuthorizer,
  APIGatewayProxyStructuredResultV2,
} from 'aws-lambda';
import type * as z from 'zod';
import type { Email } from '../accounts/email.ts';
import { readEnv } from '../env.ts';
import type { Actor } from '../events/event.ts';
import { withoutSecrets } from '../keys/redaction.ts';
import { authorize, type Caller, callerOf } from './caller.ts';
import { problemDetails } from './middleware/problem-details.ts';
import { requestLog } from './middleware/request-log.ts';
import { validation } from './middleware/validation.ts';
import type { Access, Input, Operation } from './operation.ts';

/** One request to an endpoint: its input valid, its caller allowed. */
export interface ApiRequest<Op extends Operation> extends Input<Op> {
  /** The signed-in caller of a management route. */
  readonly caller: Caller;
  /** The caller, as events name them. */
  readonly actor: Actor;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly event: APIGatewayProxyEventV2;
}

/** A success: its status is the operation's. */
export interface Reply<Op extends Operation> {
  readonly body: z.input<Op['response']>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Routes that take a token, and of which each answer depends on whose it is. */
const MANAGED: ReadonlySet<Access> = new Set(['user', 'admin']);

const NOBODY: Caller = { email: undefined, subject: '', isAdmin: false };

/** Makes the caller of a route from its event, by what the route's access asks for. */
function identity(access: Access): (event: APIGatewayProxyEventV2) => Caller {
  if (!MANAGED.has(access)) return () => NOBODY;
  const { groupsClaim: claim, adminGroup: admin } = readEnv(['groupsClaim', 'adminGroup']);
  return (event) => {
    const { authorizer } = (event as APIGatewayProxyEventV2WithJWTAuthorizer).requestContext;
    return callerOf(authorizer.jwt.claims, { claim, admin }, event.headers.authorization);
  };
}

/** The user a request is about: every management route names one, in its path or its body. */
const addressedBy = ({ params, body }: Input<Operation>): Email | undefined =>
  ((params as { email?: Email }).email ?? (body as { email?: Email }).email) as Email | undefined;

const actorOf = ({ requestContext }: APIGatewayProxyEventV2, caller: Caller): Actor => ({
  email: caller.email ?? caller.subject,
  ip: requestContext.http.sourceIp,
  userAgent: withoutSecrets(requestContext.http.userAgent?.slice(0, 256) ?? ''),
  requestId: requestContext.requestId,
});

/**
 * Makes the Lambda handler of an operation: the request is validated, the caller identified and allowed, errors become
 * problem+json, and one line is logged.
 *
 * @param gate what else stands before the handler; a route for API keys is made by `keyEndpoint`.
 */
export function endpoint<const Op extends Operation>(
  operation: Op,
  run: (request: ApiRequest<Op>) => Promise<Reply<Op>> | Reply<Op>,
  gate: readonly MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>[] = [],
) {
  const inputs = new WeakMap<APIGatewayProxyEventV2, Input<Op>>();
  const identify = identity(operation.access);
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(requestLog(operation.id, Date.now))
    .use([...gate, problemDetails()])
    .use(validation(operation, (event, input) => inputs.set(event, input as unknown as Input<Op>)))
    .handler(async (event) => {
      const input = inputs.get(event) as Input<Op>;
      const caller = identify(event);
      if (MANAGED.has(operation.access))
        authorize(caller, operation.access === 'user' ? addressedBy(input) : undefined);
      const { body, headers } = await run({ ...input, caller, actor: actorOf(event, caller), at: Date.now(), event });
      return {
        statusCode: operation.status,
        headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
        body: JSON.stringify(body),
      };
    });
}

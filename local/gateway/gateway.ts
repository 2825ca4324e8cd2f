import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Invoke } from '../lambda/runtime.ts';
import type { LocalApi } from '../model.ts';
import { type Answered, accessLogLine } from './access-log.ts';
import { ASSUMED } from './assumptions.ts';
import type { Authorization } from './authorization.ts';
import { readBody } from './body.ts';
import { isPreflight, preflightResponse, withCors } from './cors.ts';
import type { Routed } from './event.ts';
import { integrate } from './integration.ts';
import { createJwtAuthorizer } from './jwt-authorizer.ts';
import { createLambdaAuthorizer } from './lambda-authorizer.ts';
import { REFUSALS, type Refusal } from './refusals.ts';
import { type GatewayRequest, readRequest } from './request.ts';
import { type HttpResponse, refusalResponse } from './response.ts';
import { createRouter } from './router.ts';

export interface GatewayOptions {
  readonly api: LocalApi;
  readonly invoke: Invoke;
  readonly onAccessLog?: (line: string, logGroup: string) => void;
  /** Failures of the gateway itself, which the client sees as a bare 500. @default console.error */
  readonly onError?: (error: unknown) => void;
  /** Epoch milliseconds. @default Date.now */
  readonly clock?: () => number;
  /** Least time between two fetches of an issuer's keys for an unknown `kid`. @default 5000 */
  readonly keyCooldownMs?: number;
}

/** An answer on its way to the client, with what the access log tells of how it came about. */
type Outcome = Pick<Answered, 'routeKey' | 'refusal' | 'authorizerValues' | 'integration'> & {
  readonly response: HttpResponse;
};

/**
 * An API Gateway HTTP API with Lambda proxy integrations, payload format 2.0.
 *
 * @returns a listener for `node:http`, to be used alone or behind others on one server.
 */
export function createGateway(options: GatewayOptions): RequestListener {
  const { api, invoke, onAccessLog, onError = console.error, clock = Date.now } = options;
  const route = createRouter(api.routes);
  const authorizeByJwt = createJwtAuthorizer({ clock, keyCooldownMs: options.keyCooldownMs });
  const authorizeByLambda = createLambdaAuthorizer({ invoke, clock });

  const authorize = async (routed: Routed): Promise<Authorization | undefined> => {
    const { authorizer } = routed.match.route;
    if (!authorizer) return undefined;
    return authorizer.type === 'jwt' ? authorizeByJwt(authorizer, routed) : authorizeByLambda(authorizer, routed);
  };

  const answer = async (message: IncomingMessage, request: GatewayRequest): Promise<Outcome> => {
    if (request.refusal) return refused(request.refusal);
    const match = route(request.method, request.path);
    if (!match) return refused(REFUSALS.notFound);

    const { routeKey } = match.route;
    const routed = { api, request, match };
    const authorization = await authorize(routed);
    const authorizerValues = authorization?.logValues;
    if (authorization?.allowed === false) return { ...refused(authorization.refusal), routeKey, authorizerValues };

    const read = await readBody(message);
    if ('refusal' in read) return { ...refused(read.refusal), routeKey, authorizerValues };

    const started = clock();
    const integrated = await integrate(invoke, routed, read.body, authorization?.context);
    const latency = clock() - started;
    if ('refusal' in integrated) {
      const integration = { latency, error: integrated.error };
      return { ...refused(integrated.refusal), routeKey, authorizerValues, integration };
    }
    const { response } = integrated;
    return { response, routeKey, authorizerValues, integration: { latency, status: response.status } };
  };

  const answerSafely = (message: IncomingMessage, request: GatewayRequest): Promise<Outcome> =>
    answer(message, request).catch((error: unknown) => {
      onError(error);
      return refused(REFUSALS.internal);
    });

  const crossOrigin = async (message: IncomingMessage, request: GatewayRequest): Promise<Outcome> => {
    if (!api.cors) return answerSafely(message, request);
    if (!request.refusal && isPreflight(request)) return { response: preflightResponse(api.cors, request) };
    const outcome = await answerSafely(message, request);
    if (outcome.refusal && !ASSUMED.corsOnGatewayAnswers) return outcome;
    return { ...outcome, response: withCors(api.cors, request, outcome.response) };
  };

  const serve = async (message: IncomingMessage, to: ServerResponse): Promise<void> => {
    const request = readRequest(message, clock());
    const { response, ...outcome } = await crossOrigin(message, request);
    if (api.accessLog && onAccessLog) {
      const { status, body } = response;
      const responseLatency = clock() - request.receivedAt;
      const answered = { ...outcome, api, request, status, responseLength: body.length, responseLatency };
      onAccessLog(accessLogLine(api.accessLog.format, answered), api.accessLog.logGroup);
    }
    send(to, response, request.requestId);
  };

  return (message, to) => {
    serve(message, to).catch((error: unknown) => {
      onError(error);
      to.destroy();
    });
  };
}

function refused(refusal: Refusal): Outcome {
  return { response: refusalResponse(refusal), refusal };
}

/** Writing to a client that has gone is harmless: `node:http` drops it. */
function send(to: ServerResponse, { status, headers, body }: HttpResponse, requestId: string): void {
  to.statusCode = status;
  for (const [name, value] of Object.entries(headers)) to.setHeader(name, value);
  to.setHeader('apigw-requestid', requestId);
  if (status !== 204 && status !== 304) to.setHeader('content-length', body.length);
  to.end(body);
}

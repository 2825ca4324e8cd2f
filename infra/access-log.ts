/**
 * One line per request, flat and quoted throughout: substitution is textual, and a variable without a value is `-`.
 * The user agent is the caller's own text, so it comes last, where it can hide nothing that follows.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
export const ACCESS_LOG_FORMAT = JSON.stringify({
  requestId: '$context.requestId',
  requestTimeEpoch: '$context.requestTimeEpoch',
  routeKey: '$context.routeKey',
  status: '$context.status',
  responseLatency: '$context.responseLatency',
  integrationLatency: '$context.integrationLatency',
  sourceIp: '$context.identity.sourceIp',
  keyId: '$context.authorizer.keyId',
  email: '$context.authorizer.email',
  code: '$context.authorizer.code',
  credits: '$context.authorizer.credits',
  alerts: '$context.authorizer.alerts',
  refundable: '$context.authorizer.refundable',
  userAgent: '$context.identity.userAgent',
});

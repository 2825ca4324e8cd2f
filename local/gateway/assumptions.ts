/**
 * What API Gateway does where its documentation is silent: the likelier behaviour, chosen here once. Where two are
 * equally likely the stricter is taken, so that what works here also works there.
 */
export const ASSUMED = {
  /** Status when the authorizer throws, also `Error('Unauthorized')`, which REST APIs answer by 401. */
  authorizerErrorStatus: 500,
  /** Status when the authorizer takes longer than its ten seconds. */
  authorizerTimeoutStatus: 500,
  /** The context of a denied request reaches `$context.authorizer.*` of the access log. */
  deniedContextIsLogged: false,
  /** An IAM response's `principalId` is found beside its context. */
  principalIdIsInContext: true,
  /** An identity source that is there but empty counts as missing. */
  emptyIdentityIsMissing: true,
  /** Algorithms a token may be signed by; documented as "RSA-based", which may or may not include RSASSA-PSS. */
  jwtAlgorithms: ['RS256', 'RS384', 'RS512'],
  /** Seconds by which the issuer's clock may be ahead. */
  jwtClockSkewSeconds: 0,
  /** Milliseconds that an issuer's keys are kept. */
  jwtKeyCacheMs: 7_200_000,
  /** Least milliseconds between two fetches of an issuer's keys for the sake of an unknown `kid`. */
  jwtKeyCooldownMs: 5_000,
  /** CORS headers are also on the answers that the gateway makes itself, such as 401. */
  corsOnGatewayAnswers: true,
  /** What the access log shows for a variable that has no value. */
  missingLogValue: '-',
  /** Status when request line and headers exceed their limit. */
  headersTooLargeStatus: 431,
  /** A client's `X-Forwarded-For` is kept, and the peer's address appended. */
  forwardedForIsAppended: true,
};

/** Documented limits ("Quotas for configuring and running an HTTP API"). */
export const LIMITS = {
  bodyBytes: 10 * 1024 * 1024,
  headerBytes: 10_240,
  authorizerTimeoutMs: 10_000,
  jwksTimeoutMs: 1_500,
  discoveryTimeoutMs: 1_500,
} as const;

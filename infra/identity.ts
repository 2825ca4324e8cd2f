import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import {
  AccountRecovery,
  CfnUserPoolGroup,
  Mfa,
  OAuthScope,
  UserPool,
  type UserPoolClient,
} from 'aws-cdk-lib/aws-cognito';
import { Aws, CfnOutput, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Settings } from './settings.ts';

/** People in this group may act for every user. */
export const ADMIN_GROUP = 'admin';

/** Whom management routes trust. */
export type IdentityProps = Pick<Settings, 'identity' | 'retainData' | 'stage'>;

/** An issuer, and what is to be known of it. */
interface Trusted {
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly groupsClaim: string;
  readonly clientId: string;
  readonly logoutUrl: string | undefined;
  readonly connectTo: string;
}

/** An issuer that is there already: all of it is on one host, and its discovery document tells where sessions end. */
function elsewhere(given: Extract<Settings['identity'], { issuer: string }>): Trusted {
  const { issuer, audience, groupsClaim, clientId = audience[0] ?? '' } = given;
  return { issuer, audience, groupsClaim, clientId, logoutUrl: undefined, connectTo: new URL(issuer).origin };
}

/** The issuer of the tokens that management routes take: a Cognito user pool of the stack's own, or one given. */
export class Identity extends Construct {
  /** Checks `Authorization: Bearer …` before a management route's function is run. */
  readonly authorizer: HttpJwtAuthorizer;
  /** The claim that lists a person's groups. */
  readonly groupsClaim: string;
  /** The issuer, where the dashboard finds all there is to know of it. */
  readonly authority: string;
  /** The dashboard's client there. */
  readonly clientId: string;
  /** Where a session at the issuer ends, if its discovery document does not tell. */
  readonly logoutUrl: string | undefined;
  /** The origins that the dashboard talks to in order to sign people in, as a content security policy lists them. */
  readonly connectTo: string;

  constructor(scope: Construct, id: string, { identity, retainData, stage }: IdentityProps) {
    super(scope, id);

    const trusted = 'issuer' in identity ? elsewhere(identity) : this.makeUserPool(identity, retainData, stage);
    this.groupsClaim = trusted.groupsClaim;
    this.authority = trusted.issuer;
    this.clientId = trusted.clientId;
    this.logoutUrl = trusted.logoutUrl;
    this.connectTo = trusted.connectTo;
    this.authorizer = new HttpJwtAuthorizer('SignedIn', trusted.issuer, { jwtAudience: [...trusted.audience] });
    this.output('Issuer', trusted.issuer);
  }

  private makeUserPool(
    { callbackUrls, domainPrefix }: { callbackUrls: string[]; domainPrefix?: string | undefined },
    retainData: boolean,
    stage: string,
  ): Trusted {
    const pool = new UserPool(this, 'UserPool', {
      selfSignUpEnabled: true,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      // An address that was not verified yet must not stand in for the verified one: it decides whose keys one sees.
      keepOriginal: { email: true },
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
      },
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      deletionProtection: retainData,
      removalPolicy: retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    Validations.of(pool).acknowledge({
      id: 'AwsSolutions-COG2',
      reason: 'Customers choose whether to use a second factor (TOTP); to force one would shut out existing ones.',
    });
    Validations.of(pool).acknowledge({
      id: 'AwsSolutions-COG8',
      reason: 'Threat protection needs the Plus plan, charged per active user: a choice of the account that deploys.',
    });

    new CfnUserPoolGroup(this, 'AdminGroup', {
      userPoolId: pool.userPoolId,
      groupName: ADMIN_GROUP,
      description: 'May act for every user',
    });
    const signInPage = pool.addDomain('SignInPage', {
      cognitoDomain: { domainPrefix: domainPrefix ?? `sensei-keys-${stage}-${Aws.ACCOUNT_ID}` },
    });
    const client = this.makeClient(pool, callbackUrls);

    this.output('UserPoolId', pool.userPoolId);
    this.output('UserPoolClientId', client.userPoolClientId);
    return {
      issuer: pool.userPoolProviderUrl,
      audience: [client.userPoolClientId],
      clientId: client.userPoolClientId,
      logoutUrl: `${signInPage.baseUrl()}/logout`,
      // Tokens come from the sign-in page's host, the discovery document from the pool's.
      connectTo: `${pool.userPoolProviderUrl} ${signInPage.baseUrl()}`,
      groupsClaim: 'cognito:groups',
    };
  }

  /** A client for browsers: they cannot keep a secret, so the authorization code is bound to its caller by PKCE. */
  private makeClient(pool: UserPool, callbackUrls: string[]): UserPoolClient {
    return pool.addClient('Dashboard', {
      generateSecret: false,
      authFlows: { userSrp: true },
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.EMAIL, OAuthScope.PROFILE],
        callbackUrls,
        logoutUrls: callbackUrls,
      },
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      idTokenValidity: Duration.hours(1),
      accessTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.days(30),
    });
  }

  private output(name: string, value: string): void {
    new CfnOutput(Stack.of(this), name, { value });
  }
}

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

/** The issuer of the tokens that management routes take: a Cognito user pool of the stack's own, or one given. */
export class Identity extends Construct {
  /** Checks `Authorization: Bearer …` before a management route's function is run. */
  readonly authorizer: HttpJwtAuthorizer;
  /** The claim that lists a person's groups. */
  readonly groupsClaim: string;

  constructor(scope: Construct, id: string, { identity, retainData, stage }: IdentityProps) {
    super(scope, id);

    const trusted = 'issuer' in identity ? identity : this.makeUserPool(identity, retainData, stage);
    this.groupsClaim = trusted.groupsClaim;
    this.authorizer = new HttpJwtAuthorizer('SignedIn', trusted.issuer, { jwtAudience: [...trusted.audience] });
    this.output('Issuer', trusted.issuer);
  }

  private makeUserPool(
    { callbackUrls, domainPrefix }: { callbackUrls: string[]; domainPrefix?: string | undefined },
    retainData: boolean,
    stage: string,
  ) {
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
    pool.addDomain('SignInPage', {
      cognitoDomain: { domainPrefix: domainPrefix ?? `sensei-keys-${stage}-${Aws.ACCOUNT_ID}` },
    });
    const client = this.makeClient(pool, callbackUrls);

    this.output('UserPoolId', pool.userPoolId);
    this.output('UserPoolClientId', client.userPoolClientId);
    return {
      issuer: pool.userPoolProviderUrl,
      audience: [client.userPoolClientId],
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

import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import {
  AccountRecovery,
  CfnUserPoolGroup,
  Mfa,
  OAuthScope,
  UserPool,
  type UserPoolClient,
} from 'aws-cdk-lib/aws-cognito';
import { Aws, CfnOutput, Duration, Lazy, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Settings } from './settings.ts';

/** People in this group may act for every user. */
export const ADMIN_GROUP = 'admin';

type GivenIssuer = Extract<Settings['identity'], { issuer: string }>;

/** Whom management routes trust. */
export type IdentityProps = Pick<Settings, 'identity' | 'retainData' | 'stage'>;

/** The issuer of the tokens that management routes take: a Cognito user pool of the stack's own, or one given. */
export class Identity extends Construct {
  /** Checks `Authorization: Bearer …` before a management route's function is run. */
  readonly authorizer: HttpJwtAuthorizer;
  /** The claim that lists a person's groups. */
  readonly groupsClaim: string;
  /** The `iss` of its tokens, where its discovery document is. */
  readonly issuer: string;
  /** The client by which the dashboard signs people in. */
  readonly clientId: string;
  /** What the dashboard asks for. */
  readonly scope = 'openid email profile';
  /** What the dashboard speaks with to sign people in, as sources of a Content-Security-Policy. */
  readonly sources: readonly string[];
  /** Origin of the user pool's sign-in page; a given issuer tells of its own by discovery. */
  private readonly signInOrigin: string | undefined;
  private readonly returnUrls: string[] = [];

  constructor(scope: Construct, id: string, { identity, retainData, stage }: IdentityProps) {
    super(scope, id);

    const trusted = 'issuer' in identity ? given(identity) : this.makeUserPool(identity, retainData, stage);
    this.groupsClaim = trusted.groupsClaim;
    this.issuer = trusted.issuer;
    this.clientId = trusted.clientId;
    this.sources = trusted.sources;
    this.signInOrigin = trusted.signInOrigin;
    this.authorizer = new HttpJwtAuthorizer('SignedIn', trusted.issuer, { jwtAudience: [...trusted.audience] });
    this.output('Issuer', trusted.issuer);
  }

  /** Lets sign-in and sign-out return to pages; a given issuer is told of them where it is set up. */
  allowReturnTo(urls: readonly string[]): void {
    this.returnUrls.push(...urls.filter((url) => !this.returnUrls.includes(url)));
  }

  /**
   * Where a person's session at the user pool is ended: its sign-out is not that of OpenID Connect.
   *
   * @param returnTo a page that {@link allowReturnTo} has named.
   * @see https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html
   */
  signOut(returnTo: string): { readonly logoutUrl?: string } {
    if (!this.signInOrigin) return {};
    return { logoutUrl: `${this.signInOrigin}/logout?client_id=${this.clientId}&logout_uri=${returnTo}` };
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
    const signInPage = pool.addDomain('SignInPage', {
      cognitoDomain: { domainPrefix: domainPrefix ?? `sensei-keys-${stage}-${Aws.ACCOUNT_ID}` },
    });
    this.allowReturnTo(callbackUrls);
    const client = this.makeClient(pool);
    const signInOrigin = signInPage.baseUrl();

    this.output('UserPoolId', pool.userPoolId);
    this.output('UserPoolClientId', client.userPoolClientId);
    return {
      issuer: pool.userPoolProviderUrl,
      audience: [client.userPoolClientId],
      clientId: client.userPoolClientId,
      groupsClaim: 'cognito:groups',
      // The discovery document is below the issuer's address, all else at the sign-in page.
      sources: [`${pool.userPoolProviderUrl}/`, `${signInOrigin}/`],
      signInOrigin,
    };
  }

  /** A client for browsers: they cannot keep a secret, so the authorization code is bound to its caller by PKCE. */
  private makeClient(pool: UserPool): UserPoolClient {
    const returnUrls = Lazy.list({ produce: () => this.returnUrls });
    return pool.addClient('Dashboard', {
      generateSecret: false,
      authFlows: { userSrp: true },
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.EMAIL, OAuthScope.PROFILE],
        callbackUrls: returnUrls,
        logoutUrls: returnUrls,
      },
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      idTokenValidity: Duration.hours(1),
      accessTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.days(30),
      // A browser's refresh token is good for one use; the grace is for tabs that renew at the same moment.
      refreshTokenRotationGracePeriod: Duration.seconds(30),
    });
  }

  private output(name: string, value: string): void {
    new CfnOutput(Stack.of(this), name, { value });
  }
}

const given = ({ issuer, audience, groupsClaim, clientId = audience[0] ?? '', endpointOrigins = [] }: GivenIssuer) => ({
  issuer,
  audience,
  clientId,
  groupsClaim,
  sources: [...new Set([new URL(issuer).origin, ...endpointOrigins])],
  signInOrigin: undefined,
});

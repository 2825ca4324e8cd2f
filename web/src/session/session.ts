import { type User, UserManager, WebStorageStateStore } from 'oidc-client-ts';
import type { RuntimeConfig } from './config.ts';

/** Who is signed in. */
export interface Person {
  readonly email: string;
  readonly isAdmin: boolean;
}

/** What signing in and out takes. Tokens live in this tab's session alone. */
export interface Session {
  readonly manager: UserManager;
  /** Ends what is left of a return from the sign-in page; gives the path to go on at. */
  finishSignIn(): Promise<string | undefined>;
  signIn(): Promise<void>;
  signOut(): Promise<void>;
  personOf(user: User): Person;
}

const isReturn = (search: URLSearchParams): boolean =>
  search.has('state') && (search.has('code') || search.has('error'));

export function createSession(config: RuntimeConfig): Session {
  const home = `${window.location.origin}/`;
  const manager = new UserManager({
    authority: config.authority,
    client_id: config.clientId,
    scope: config.scope,
    redirect_uri: home,
    post_logout_redirect_uri: home,
    response_type: 'code',
    automaticSilentRenew: true,
    userStore: new WebStorageStateStore({ store: window.sessionStorage }),
    stateStore: new WebStorageStateStore({ store: window.sessionStorage }),
  });
  return {
    manager,
    async finishSignIn() {
      if (!isReturn(new URLSearchParams(window.location.search))) return undefined;
      const user = await manager.signinRedirectCallback();
      return typeof user.state === 'string' ? user.state : '/';
    },
    signIn: () => manager.signinRedirect({ state: window.location.pathname + window.location.search }),
    async signOut() {
      // A user pool's discovery document names an endpoint which does not do as OpenID Connect has it.
      if (config.logoutUrl === undefined) return manager.signoutRedirect();
      await manager.removeUser();
      const url = new URL(config.logoutUrl);
      url.searchParams.set('client_id', config.clientId);
      url.searchParams.set('logout_uri', home);
      window.location.assign(url);
    },
    personOf: ({ profile }) => {
      const groups = profile[config.groupsClaim];
      return {
        email: (profile.email ?? '').trim().normalize('NFC').toLowerCase(),
        isAdmin: Array.isArray(groups) && groups.includes(config.adminGroup),
      };
    },
  };
}

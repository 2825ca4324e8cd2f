import type { User } from 'oidc-client-ts';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { setToken } from '../api/client.ts';
import type { Person, Session } from './session.ts';

interface SignedIn {
  readonly session: Session;
  readonly person: Person | undefined;
  /** The session has ended under the page: it stays as it is, until one signs in again. */
  readonly isExpired: boolean;
}

const Context = createContext<SignedIn | undefined>(undefined);

export function useSession(): SignedIn {
  const value = useContext(Context);
  if (!value) throw new Error('there is no session around this');
  return value;
}

/** Gives all that is inside who is signed in, and the API its token. */
export function SessionProvider({
  session,
  initial,
  children,
}: {
  session: Session;
  initial: User | null;
  children: ReactNode;
}) {
  const [user, setUser] = useState(initial);
  const [isExpired, setExpired] = useState(initial?.expired ?? false);
  setToken(user?.id_token, () => setExpired(true));

  useEffect(() => {
    const { events } = session.manager;
    const onLoaded = (loaded: User) => {
      setUser(loaded);
      setExpired(false);
    };
    const onEnd = () => setExpired(true);
    events.addUserLoaded(onLoaded);
    events.addAccessTokenExpired(onEnd);
    events.addSilentRenewError(onEnd);
    return () => {
      events.removeUserLoaded(onLoaded);
      events.removeAccessTokenExpired(onEnd);
      events.removeSilentRenewError(onEnd);
    };
  }, [session]);

  const person = user ? session.personOf(user) : undefined;
  return <Context value={{ session, person, isExpired }}>{children}</Context>;
}

import { createContext, useContext } from 'react';

/** Whose account the pages show. */
export interface Account {
  readonly email: string;
  /** An admin looks at it, and changes nothing. */
  readonly isReadOnly: boolean;
  /** Shows another's account, or one's own again. */
  view(email: string | undefined): void;
}

export const AccountContext = createContext<Account | undefined>(undefined);

export function useAccount(): Account {
  const account = useContext(AccountContext);
  if (!account) throw new Error('there is no account around this');
  return account;
}

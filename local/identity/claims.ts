/** The group whose members may act for every user. */
const ADMIN_GROUP = 'admin';

/** A person, as they said at sign-in who they are. */
export interface Person {
  readonly email: string;
  readonly isAdmin: boolean;
}

/** The claims of a person, as a Cognito user pool puts them into an ID token. */
export const claimsOf = ({ email, isAdmin }: Person) => ({
  sub: email,
  email,
  email_verified: true,
  ...(isAdmin && { 'cognito:groups': [ADMIN_GROUP] }),
});

/** Tells an address from other text. */
export const isEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+$/.test(text);

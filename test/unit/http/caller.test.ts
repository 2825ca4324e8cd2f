import { describe, expect, test } from 'vitest';
import { authorize, type Caller, callerOf } from '../../../lib/http/caller.ts';
import { Problem } from '../../../lib/http/problem.ts';
import { ADA, emailOf } from '../../support/records.ts';

const GROUPS = { claim: 'cognito:groups', admin: 'admin' };
const VERIFIED = { sub: 's1', email: 'ada@example.com', email_verified: 'true' };

describe('callerOf', () => {
  test('reads a verified email, normalised, and the subject', () => {
    expect(callerOf({ ...VERIFIED, email: 'Ada@Example.com' }, GROUPS)).toEqual({
      email: ADA,
      subject: 's1',
      isAdmin: false,
    });
  });

  test.each<[string, Record<string, string | number | boolean>]>([
    ['not verified', { ...VERIFIED, email_verified: 'false' }],
    ['verified in a text of another case', { ...VERIFIED, email_verified: 'True' }],
    ['of unknown verification', { sub: 's1', email: 'ada@example.com' }],
    ['no address', { ...VERIFIED, email: 'ada' }],
    ['a fold of another one', { ...VERIFIED, email: '\u212aate@example.com' }],
    ['a number', { ...VERIFIED, email: 1 }],
    ['absent', { sub: 's1', email_verified: 'true' }],
  ])('gives no email where it is %s', (_, claims) => {
    expect(callerOf(claims, GROUPS)).toMatchObject({ email: undefined, isAdmin: false });
  });

  test('takes a verification told as a boolean', () => {
    expect(callerOf({ ...VERIFIED, email_verified: true }, GROUPS).email).toBe(ADA);
  });

  test.each([
    ['[admin]', true],
    ['[staff admin]', true],
    ['[a,admin]', true],
    ['staff,admin', true],
    ['staff, admin', true],
    ['admin', true],
    ['', false],
    ['[]', false],
    ['Admin', false],
    ['[administrators]', false],
    ['[not-admin admins]', false],
    ['"admin"', false],
  ])('reads the groups %j', (groups, isAdmin) => {
    expect(callerOf({ ...VERIFIED, 'cognito:groups': groups }, GROUPS).isAdmin).toBe(isAdmin);
  });

  /** A header with a token, whose signature the gateway has checked. */
  const bearer = (claims: object) =>
    `Bearer e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2lnbmF0dXJl`;

  test.each<[unknown, string, boolean]>([
    [['Store admin'], '[Store admin]', false],
    [['ops,admin'], '[ops,admin]', false],
    [['Store', 'admin'], '[Store admin]', true],
    [['staff', 'admin'], '[staff admin]', true],
    ['staff admin', 'staff admin', true],
    [undefined, '', false],
  ])('of groups %j in the token, which the gateway writes as %s, is an admin: %s', (groups, written, isAdmin) => {
    const claims = { ...VERIFIED, 'cognito:groups': written };
    expect(callerOf(claims, GROUPS, bearer({ 'cognito:groups': groups })).isAdmin).toBe(isAdmin);
  });

  test('is no admin where the claim is absent, or is another', () => {
    expect(callerOf(VERIFIED, GROUPS).isAdmin).toBe(false);
    expect(callerOf({ ...VERIFIED, groups: 'admin' }, GROUPS).isAdmin).toBe(false);
  });
});

describe('authorize', () => {
  const ada: Caller = { email: ADA, subject: 's1', isAdmin: false };
  const EVE = emailOf('eve@example.com');

  test.each<[string, Caller, ReturnType<typeof emailOf> | undefined]>([
    ['the owner', ada, ADA],
    ['an admin, for anybody', { ...ada, isAdmin: true }, EVE],
    ['an admin without an email', { ...ada, email: undefined, isAdmin: true }, EVE],
    ['an admin, for nobody in particular', { ...ada, isAdmin: true }, undefined],
  ])('lets %s pass', (_, caller, addressed) => {
    expect(() => authorize(caller, addressed)).not.toThrow();
  });

  test.each<[string, Caller, ReturnType<typeof emailOf> | undefined]>([
    ['another user', ada, EVE],
    ['a user, where nobody is addressed', ada, undefined],
    ['a caller without a verified email', { ...ada, email: undefined }, ADA],
    ['a caller without email, where nobody is addressed', { ...ada, email: undefined }, undefined],
  ])('refuses %s', (_, caller, addressed) => {
    const refusal = () => authorize(caller, addressed);
    expect(refusal).toThrow(Problem);
    expect(refusal).toThrow(expect.objectContaining({ code: 'forbidden' }));
    expect(refusal).toThrow(
      addressed ? "this user's verified email, or the admin group" : 'must carry the admin group',
    );
  });
});

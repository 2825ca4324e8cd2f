import { describe, expect, test } from 'vitest';
import { ENV, readEnv } from '../../lib/env.ts';

describe('readEnv', () => {
  test('reads the named variables, and no others', () => {
    const source = { API_KEYS_TABLE: 'keys', ADMIN_GROUP: 'admin', PATH: '/bin' };
    expect(readEnv(['apiKeysTable', 'adminGroup'], source)).toEqual({ apiKeysTable: 'keys', adminGroup: 'admin' });
  });

  test('fails with the name of every variable that is missing or empty', () => {
    expect(() =>
      readEnv(['apiKeysTable', 'adminGroup', 'groupsClaim'], { API_KEYS_TABLE: 'keys', ADMIN_GROUP: '' }),
    ).toThrow('missing environment variable ADMIN_GROUP, GROUPS_CLAIM');
  });

  test('gives no variable two names', () => {
    expect(new Set(Object.values(ENV)).size).toBe(Object.keys(ENV).length);
  });
});

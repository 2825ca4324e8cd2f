import type { EditResult } from '../keys/edit-key.store.ts';
import { viewKey } from '../keys/key-view.ts';
import { MOST_SECRETS } from '../keys/rotation.ts';
import { Problem } from './problem.ts';

/** The version of a key as HTTP has it (RFC 9110 §8.8.3). */
export const etagOf = ({ version }: { readonly version: number }): string => `"${version}"`;

export const noSuchKey = (keyId: string): Problem => new Problem('not_found', `The account has no key ${keyId}`);

/** Somebody has changed the key since the version that the caller has seen. */
export const staleKey = (keyId: string, version: number): Problem =>
  new Problem('conflict', `Key ${keyId} was changed meanwhile: its version is ${version}; read it again`, {
    headers: { etag: etagOf({ version }) },
  });

/**
 * The answer to a change of a key: the key as it is now, with its ETag.
 *
 * @param at milliseconds since the epoch.
 * @throws Problem `not_found` or `conflict` where it was not changed.
 */
export function editedKey(result: EditResult, keyId: string, at: number) {
  switch (result.kind) {
    case 'edited': {
      const body = viewKey(result.key, result.account, at);
      return { body, headers: { etag: etagOf(body) } };
    }
    case 'unknown':
      throw noSuchKey(keyId);
    case 'revoked':
      throw new Problem('conflict', `Key ${keyId} is revoked, and stays so`);
    case 'stale':
      throw staleKey(keyId, result.version);
    case 'expired': {
      const end = new Date(result.expiresAt).toISOString();
      throw new Problem('conflict', `Key ${keyId} expired at ${end}; give it an expiresAt to come first`);
    }
    case 'too_many_secrets':
      throw new Problem(
        'conflict',
        `Key ${keyId} has ${MOST_SECRETS} secrets in use, as many as are allowed; end their grace first`,
      );
  }
}

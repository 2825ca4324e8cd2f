import type { KeyOwner } from '../keys/key.store.ts';
import { hashSecret, presentedSecret } from '../keys/secret.ts';
import type { Memory } from './memory.ts';

/** What may be a secret, as a deployment says. */
export interface PresentedOptions {
  /**
   * Looks up what may be a secret that was made elsewhere, and imported: garbage is then no longer free of database calls.
   *
   * @default false
   */
  readonly foreignSecrets?: boolean;
}

/** A presented text that leads to a key. */
export interface Presented {
  /** SHA-256 of the secret. */
  readonly keyHash: string;
  readonly owner: KeyOwner;
}

/** Finds the key that a presented text leads to, if any. DynamoDB calls: none for what cannot be a secret. */
export async function findPresented(
  memory: Pick<Memory, 'ownerOf'>,
  presented: unknown,
  { foreignSecrets = false }: PresentedOptions,
): Promise<Presented | undefined> {
  const secret = presentedSecret(presented, foreignSecrets);
  if (!secret) return undefined;
  const keyHash = hashSecret(secret);
  const owner = await memory.ownerOf(keyHash);
  return owner && { keyHash, owner };
}

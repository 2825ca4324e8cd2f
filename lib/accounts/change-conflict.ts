/** An account changed under every attempt to change it. */
export class ChangeConflict extends Error {
  override readonly name = 'ChangeConflict';
}

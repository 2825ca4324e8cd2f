/** A wrong option: what the person did, and no fault of the program. It ends with code 2. */
export class Mistake extends Error {}

/** Tells a wrong option, also one that `node:util` found, from any other error. */
export const isMistake = (error: unknown): error is Error =>
  error instanceof Mistake ||
  (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));

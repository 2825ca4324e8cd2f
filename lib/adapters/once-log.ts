/** Texts of others may differ each time. */
const MOST = 10;

/** Tells of a failure when it begins, not with every call that it fails. */
export function createOnceLog(log: (reason: string) => void) {
  const told = new Set<string>();
  return {
    failure: (reason: string): void => {
      if (told.has(reason) || told.size === MOST) return;
      told.add(reason);
      log(reason);
    },
    success: (): void => told.clear(),
  };
}

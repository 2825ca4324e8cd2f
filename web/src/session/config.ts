/** What differs from stage to stage: one build serves all. */
export interface RuntimeConfig {
  readonly authority: string;
  readonly clientId: string;
  readonly scope: string;
  readonly groupsClaim: string;
  readonly adminGroup: string;
  /** Where sessions end at a user pool; absent where they end as OpenID Connect has it. */
  readonly logoutUrl?: string;
}

/** @throws Error that says what could not be read. */
export async function loadConfig(): Promise<RuntimeConfig> {
  const response = await fetch('/config.json', { cache: 'no-store' });
  if (!response.ok) throw new Error(`/config.json was answered with ${response.status}`);
  return response.json();
}

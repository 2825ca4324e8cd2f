import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

const STAND_IN = fileURLToPath(new URL('./environment-credentials.ts', import.meta.url));

/** Replaces the SDK's chain of credential providers, 130 KB of it, by the one that a Lambda function uses. */
export const environmentCredentials: Plugin = {
  name: 'environment-credentials',
  setup: ({ onResolve }) => onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, () => ({ path: STAND_IN })),
};

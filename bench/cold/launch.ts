import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const RUNNER = fileURLToPath(new URL('./runner.mjs', import.meta.url));

/**
 * Starts a new Node.js that imports a bundle and hands it one event.
 *
 * @returns milliseconds from spawning it to its answer.
 * @throws Error if the answer is not a success: a refusal is quicker than what is to be measured.
 */
export async function firstAnswer(bundle: string, event: unknown, env: NodeJS.ProcessEnv): Promise<number> {
  const start = process.hrtime.bigint();
  const child = spawn(process.execPath, [RUNNER, bundle, JSON.stringify(event)], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let milliseconds = 0;
  let answer = '';
  for await (const chunk of child.stdout) {
    milliseconds ||= Number(process.hrtime.bigint() - start) / 1e6;
    answer += chunk;
  }
  const { statusCode, isAuthorized } = JSON.parse(answer.split('\n').at(-1) || '{}');
  if (isAuthorized === true || (statusCode >= 200 && statusCode < 300)) return milliseconds;
  throw new Error(`${bundle} answered ${isAuthorized ?? statusCode ?? 'nothing'}, which is no success`);
}

import { format } from 'node:util';
import { type LogLevel, SEVERITY } from './messages.ts';

/** The level at which each method of `console` logs. `fatal` is the Lambda runtime's own. */
const METHODS = {
  trace: 'TRACE',
  debug: 'DEBUG',
  log: 'INFO',
  info: 'INFO',
  warn: 'WARN',
  error: 'ERROR',
  fatal: 'FATAL',
} as const satisfies Record<string, LogLevel>;

function errorFields(error: Error) {
  return {
    errorType: error.constructor?.name ?? 'UnknownError',
    errorMessage: error.message,
    stackTrace: typeof error.stack === 'string' ? error.stack.split('\n') : [],
  };
}

const errorReplacer = (_key: string, value: unknown): unknown =>
  value instanceof Error ? { ...errorFields(value), ...value } : value;

/**
 * One log line as the Node.js Lambda runtime writes it with `loggingFormat: JSON`: a single argument becomes
 * `message` as it is, several are joined by `util.format` and the first `Error` among them adds its fields.
 *
 * @param requestId absent while the function initialises.
 */
export function jsonLogLine(
  timestamp: string,
  level: LogLevel,
  requestId: string | undefined,
  args: readonly unknown[],
): string {
  const base = { timestamp, level, requestId };
  if (args.length === 1) {
    try {
      return JSON.stringify({ ...base, message: args[0] }, errorReplacer);
    } catch {
      return JSON.stringify({ ...base, message: format(args[0]) });
    }
  }
  const error = args.find((arg) => arg instanceof Error);
  return JSON.stringify({ ...base, message: format(...args), ...(error && errorFields(error)) });
}

/**
 * Replaces the methods of `console` so that each call writes one JSON line.
 *
 * @param minimum the least severe level written, as `AWS_LAMBDA_LOG_LEVEL` names it; INFO if it names none.
 */
export function patchConsole(
  target: Console,
  minimum: string | undefined,
  requestId: () => string | undefined,
  write: (line: string, level: LogLevel) => void,
): void {
  const threshold = SEVERITY[minimum as LogLevel] ?? SEVERITY.INFO;
  for (const [method, level] of Object.entries(METHODS)) {
    const log = (...args: unknown[]): void => {
      if (SEVERITY[level] < threshold) return;
      write(jsonLogLine(new Date().toISOString(), level, requestId(), args), level);
    };
    Object.assign(target, { [method]: log });
  }
}

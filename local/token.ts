import { parseArgs } from 'node:util';
import { requestToken } from './identity/request-token.ts';
import { readPort } from './options.ts';

const USAGE = 'npm run token -- EMAIL [--admin]';

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { admin: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
  });
  const [email, ...more] = positionals;
  if (values.help) {
    console.log(`Prints an ID token for the instance on PORT (default 3000).\n\n  ${USAGE}`);
  } else {
    if (!email || more.length > 0) throw new Error(`expected one email address: ${USAGE}`);
    console.log(await requestToken(readPort(process.env), email, values.admin));
  }
} catch (error) {
  process.stderr.write(`npm run token: ${(error as Error).message}\n`);
  process.exitCode = 1;
}

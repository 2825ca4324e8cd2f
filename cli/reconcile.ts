import { parseArgs } from 'node:util';
import { PLANS } from '../lib/accounts/plans.ts';
import { reconcile } from '../lib/credits/reconcile.store.ts';
import { documentClient, OPERATOR } from '../lib/store/client.ts';
import { TABLES } from '../lib/store/database.ts';

const HELP = `Compares what every account has of credits with its ledger, and names those that do not add up.

  npm run reconcile -- [options]

  --endpoint URL    a DynamoDB engine, such as that of npm start: http://127.0.0.1:8000
                    (default: AWS, by AWS_REGION and the credentials of AWS_PROFILE)
  --json            print JSON
  --help            this text

Purchased credits are compared between counters and ledger. What calls have spent of the included ones since the newest line is in
the counters alone; so of these each line is compared with the one before, and the last with the ledger's balance.
It exits with 0 if all add up, 1 if one does not, 2 if it was asked in a wrong way.
`;

const LOCAL = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
const EVERY_MS = 2_000;

interface Options {
  readonly endpoint?: string | undefined;
  readonly json: boolean;
  readonly help: boolean;
}

/** @throws Error that says what was given and what is allowed. */
function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      endpoint: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.endpoint !== undefined && !URL.canParse(values.endpoint)) {
    throw new Error(`--endpoint is ${JSON.stringify(values.endpoint)}; allowed is a URL such as http://127.0.0.1:8000`);
  }
  if (!values.help && values.endpoint === undefined && !process.env.AWS_REGION) {
    throw new Error('neither --endpoint nor AWS_REGION is given');
  }
  return values;
}

function showProgress(): { found(count: number): void; end(): void } {
  let last = Date.now();
  return {
    found: (count) => {
      if (Date.now() - last < EVERY_MS) return;
      last = Date.now();
      process.stderr.write(process.stderr.isTTY ? `\r${count} accounts` : `${count} accounts\n`);
    },
    end: () => process.stderr.isTTY && process.stderr.write('\r\u001b[K'),
  };
}

async function run({ endpoint, json }: Options): Promise<void> {
  if (endpoint) Object.assign(process.env, LOCAL);
  const env = { ...process.env, ...(endpoint && { AWS_ENDPOINT_URL_DYNAMODB: endpoint }) };
  const client = documentClient(env, OPERATOR);
  const progress = showProgress();
  const result = await reconcile({ client, tables: TABLES, plans: PLANS }, progress.found);
  progress.end();
  if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else {
    for (const { email, drifts } of result.drifted) {
      for (const { what, expected, found } of drifts) {
        process.stdout.write(`${email}: ${what}: expected ${expected}, found ${found}\n`);
      }
    }
    const outcome = result.drifted.length === 0 ? 'all add up' : `${result.drifted.length} do not add up`;
    process.stdout.write(`${result.accounts} accounts, ${result.ledgers} with a ledger: ${outcome}\n`);
    if (result.bare > 0) {
      process.stdout.write(`${result.bare} have neither a ledger nor purchased credits: nothing to compare\n`);
    }
  }
  process.exitCode = result.drifted.length === 0 ? 0 : 1;
}

let options: Options | undefined;
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`npm run reconcile: ${(error as Error).message}\n`);
  process.exitCode = 2;
}
if (options?.help) process.stdout.write(HELP);
else if (options) {
  await run(options).catch((error: Error) => {
    process.stderr.write(`npm run reconcile: ${error.message}\n`);
    process.exitCode = 1;
  });
}

import { isIP } from 'node:net';
import { Command, InvalidArgumentError } from 'commander';
import { scopes } from '../../lib/http/contract/key.schema.ts';
import { verification } from '../../lib/http/verification.ts';
import { DEFAULT_TERMS, type RouteTerms } from '../../lib/metering/call.ts';
import { inspect } from '../../lib/metering/inspect.ts';
import { several, wholeNumber } from '../support/arguments.ts';
import { readSecret } from '../support/ask.ts';
import { onService, type Service } from '../support/connection.ts';
import { fieldsOf, printAnswer, tableOf } from '../support/print.ts';
import { EXIT } from '../support/run-program.ts';
import { checked, WrongUse } from '../support/wrong-use.ts';

interface Options {
  readonly route?: string;
  readonly ip?: string;
  readonly scope?: string[];
  readonly cost?: number;
}

const HELP = `
The key is typed where nobody sees it, or comes from a pipe:
  npm run --silent keys -- verify < file-with-the-key
It is no argument: other people on the machine, and the shell's history, would see it there.`;

function address(text: string): string {
  if (isIP(text) !== 0) return text;
  throw new InvalidArgumentError('Allowed is an IPv4 or IPv6 address.');
}

/** What a route asks of its callers, as it is deployed. @throws WrongUse where that is not known. */
async function declared({ stage, region }: Service, route: string | undefined): Promise<RouteTerms> {
  if (route === undefined) return DEFAULT_TERMS;
  if (stage === undefined) {
    throw new WrongUse("--route needs --stage, which tells a route's terms; here give --cost and --scope");
  }
  const { deployedTerms } = await import('../support/deployed-terms.ts');
  return deployedTerms(region, route);
}

/** `verify`: what a call of a key would be answered, and why. */
export const verifyCommand = (): Command =>
  new Command('verify')
    .description('tell whether a key would be accepted, by every check; nothing is charged or counted')
    .option('--route <route>', 'by the terms of a deployed route, such as "GET /api/orders/{id}" (with --stage)')
    .option('--ip <address>', "the caller's address; without it a key with IP rules is refused", address)
    .option('--scope <scope>', 'a scope that is demanded; may be given again', several(String))
    .option('--cost <n>', 'credits that the call costs (default: 1)', wholeNumber(0, 1_000_000))
    .addHelpText('after', HELP)
    .allowExcessArguments()
    .hook('preAction', (command) => {
      if (command.args.length === 0) return;
      throw new WrongUse(
        'the key is no argument: it is typed when asked for, or comes from a pipe. What was given is in the history of ' +
          'the shell now; if it was a key, rotate it',
      );
    })
    .action(
      onService(async (service, { route, ip, scope, cost }: Options) => {
        const known = await declared(service, route);
        const terms = {
          ...known,
          ...(cost !== undefined && { cost }),
          ...(scope && { scopes: checked(scopes, scope, { '': '--scope' }) }),
        };
        const key = await readSecret('API key (not shown): ');
        const { verdict, checks } = await inspect(service.db, Date.now, key, { ...(ip && { ip }), terms });
        const answer = { ...verification(verdict), cost: terms.cost, checks };
        printAnswer(service.json, answer, () => {
          const { valid, code, retryAfter, keyId, email, name, environment } = answer;
          const fields = fieldsOf({
            answer: valid ? 'accepted' : `refused: ${code}`,
            ...(retryAfter !== null && { 'accepted again': `in ${retryAfter} s` }),
            ...(keyId && { key: keyId, name, owner: email, environment }),
          });
          const table = tableOf(checks, {
            check: (check) => check.check,
            outcome: (check) => (check.passed ? 'passed' : check.code),
            'wait s': (check) => check.retryAfter,
          });
          return `${fields}\n\n${table}`;
        });
        if (!verdict.allowed) process.exitCode = EXIT.failed;
      }),
    );

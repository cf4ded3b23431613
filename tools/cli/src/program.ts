import { Command } from 'commander';
import { addAccess } from './commands/access.ts';
import { addAudit } from './commands/audit.ts';
import { addCustomers } from './commands/customers.ts';
import { addFunds } from './commands/funds.ts';
import { addUsers } from './commands/users.ts';
import { addWatch } from './commands/watch.ts';
import { exitCodesHelp } from './exit-codes.ts';
import type { Output } from './output/output.ts';

const help = `
Examples:
  npx finance funds list --viewer 2 --sort "amount desc"
  npx finance funds list --viewer 2 --status pending,approved --amount-min 1000.50 --all --csv > funds.csv
  npx finance access explain 17040 --viewer 2
  npx finance users move 41 --to 150 --dry-run
  npx nx run cli:run -- users list --role supervisor

Every command has --help with examples. A server: npm start. Amounts are decimals in whole cents, times are UTC.
FINANCE_SERVER, FINANCE_PERMISSION_SERVER, FINANCE_TOKEN, FINANCE_TLS_CA, FINANCE_CERT and FINANCE_KEY_FILE stand for the
options of these names; a token is better off there, because other users of a machine see command lines. Scripts call npx finance:
nx prints lines of its own and turns every failure into exit code 1.
${exitCodesHelp}`;

/** The whole command line. Commander's own complaints and help go to `output`, too. */
export function createProgram(output: Output): Command {
  const program = new Command('finance')
    .description('Funds, access and people of the finance permission system, over gRPC.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void output.streams.stdout.write(text),
      writeErr: (text) => void output.streams.stderr.write(text),
      outputError: (text) => output.complain(text.replace(/^error: /, '')),
    })
    .addHelpText('after', help);
  addFunds(program, output);
  addAccess(program, output);
  addUsers(program, output);
  addCustomers(program, output);
  addAudit(program, output);
  addWatch(program, output);
  return program;
}

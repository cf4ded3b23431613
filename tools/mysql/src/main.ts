import { Command } from 'commander';
import { SetupError } from '@finance/private-server';
import { ensureMysql } from './ensure-mysql.ts';
import { mysqlStatus } from './mysql-status.ts';
import { sourceOf } from './settings.ts';
import { shellAssignment, statusLines } from './status-text.ts';
import { stopMysql } from './stop-mysql.ts';

const program = new Command('mysql')
  .description('A private, real MySQL (>= 8.0) for this workspace. Progress goes to stderr, results to stdout.')
  .addHelpText(
    'after',
    `
Where the server comes from, the first that is possible:
  1. MYSQL_URL           a server of yours; it is used, never started or stopped
  2. mysqld on the path  run with a private folder, port and socket
  3. Docker              a container of the official image
  4. Debian              packages of the unstable suite, unpacked into a cache, nothing installed

Environment:
  MYSQL_URL             mysql://user:password@host:3306/database
  FINANCE_MYSQL_DIR     folder of data, log and password (default: var/mysql in the workspace)
  FINANCE_CACHE_DIR     folder of downloaded packages (default: $XDG_CACHE_HOME or ~/.cache, finance-permission-system)
  FINANCE_MYSQL_SOURCE  auto, path, docker or debian

Examples:
  npx nx run mysql:up
  export $(npm run --silent env -w @finance/mysql)
  npx nx run mysql:status -- --json
  npx nx run mysql:down`,
  );

program
  .command('up')
  .description('start the server unless it runs already, and wait until it answers')
  .option('--source <name>', 'use only this source: auto, path, docker or debian', sourceOf)
  .addHelpText('after', '\nExamples:\n  npx nx run mysql:up\n  npx nx run mysql:up -- --source debian')
  .action(async ({ source }: { source?: ReturnType<typeof sourceOf> }) => {
    const { host, port } = await ensureMysql(source ? { source } : {});
    process.stderr.write(`mysql: ready on ${host}:${port}\n`);
    printStatus(statusLines(await mysqlStatus()));
  });

program
  .command('down')
  .description('stop the private server; its data stay')
  .option('--purge', 'delete its data, password and port as well', false)
  .addHelpText('after', '\nExamples:\n  npx nx run mysql:down\n  npx nx run mysql:down -- --purge')
  .action(async ({ purge }: { purge: boolean }) => {
    const ran = await stopMysql({ purge });
    process.stdout.write(ran ? 'stopped\n' : 'was not running\n');
  });

program
  .command('status')
  .description('tell whether it runs, its source, version, port, process, uptime and folder; exits 0 either way')
  .option('--json', 'one JSON object, with "running": true or false', false)
  .addHelpText('after', '\nExamples:\n  npx nx run mysql:status\n  npm run --silent status -w @finance/mysql -- --json')
  .action(async ({ json }: { json: boolean }) => {
    const status = await mysqlStatus();
    printStatus(json ? [JSON.stringify(status)] : statusLines(status));
  });

program
  .command('env')
  .description('print MYSQL_URL=mysql://... and nothing else, starting the server if it is not up')
  .addHelpText(
    'after',
    `
Put it into your shell with exactly this line:
  export $(npm run --silent env -w @finance/mysql)

"npx nx run mysql:env" shows the same line among Nx's own; to read it from there:
  export $(npx nx run mysql:env | grep -o 'MYSQL_URL=[^ ]*')`,
  )
  .action(async () => {
    const { url } = await ensureMysql();
    printStatus([shellAssignment('MYSQL_URL', url)]);
  });

function printStatus(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`mysql: ${error.message}\n`);
  process.exitCode = 1;
}

import { Command } from 'commander';
import { SetupError } from '@finance/private-server';
import { ensureRedis } from './ensure-redis.ts';
import { redisStatus } from './redis-status.ts';
import type { RedisStatus } from './redis-status.ts';
import { stopRedis } from './stop-redis.ts';

const program = new Command('redis')
  .description('A private, real Redis for this workspace. Progress goes to stderr, results to stdout.')
  .addHelpText(
    'after',
    `
Where the server comes from, the first that is possible:
  1. REDIS_URL                 a server of yours; it is used, never started or stopped
  2. redis-server on the path  run with a private folder, port and password
  3. Debian                    packages of the unstable suite, unpacked into a cache, nothing installed

It keeps nothing on disk: what is stopped is empty.

Environment:
  REDIS_URL          redis://:password@host:6379
  FINANCE_REDIS_DIR  folder of log and password (default: var/redis in the workspace)
  FINANCE_CACHE_DIR  folder of downloaded packages (default: $XDG_CACHE_HOME or ~/.cache, finance-permission-system)

Examples:
  npx nx run redis:up
  export $(npm run --silent env -w @finance/redis)
  npx nx run redis:status -- --json
  npx nx run redis:down`,
  );

const print = (lines: readonly string[]): void => void process.stdout.write(`${lines.join('\n')}\n`);
const statusLines = (status: RedisStatus): string[] =>
  Object.entries(status).map(([name, value]) => `${name.padEnd(8)} ${String(value)}`);

program
  .command('up')
  .description('start the server unless it runs already, and wait until it answers')
  .addHelpText('after', '\nExample:\n  npx nx run redis:up')
  .action(async () => {
    await ensureRedis();
    print(statusLines(await redisStatus()));
  });

program
  .command('down')
  .description('stop the private server; its content is lost')
  .addHelpText('after', '\nExample:\n  npx nx run redis:down')
  .action(async () => print([(await stopRedis()) ? 'stopped' : 'was not running']));

program
  .command('status')
  .description('tell whether it runs, its source, version, address, process and folder; exits 0 either way')
  .option('--json', 'one JSON object, with "running": true or false', false)
  .addHelpText('after', '\nExamples:\n  npx nx run redis:status\n  npm run --silent status -w @finance/redis -- --json')
  .action(async ({ json }: { json: boolean }) => {
    const status = await redisStatus();
    print(json ? [JSON.stringify(status)] : statusLines(status));
  });

program
  .command('env')
  .description('print REDIS_URL=redis://... and nothing else, starting the server if it is not up')
  .addHelpText(
    'after',
    '\nPut it into your shell with exactly this line:\n  export $(npm run --silent env -w @finance/redis)',
  )
  .action(async () => print([`REDIS_URL=${(await ensureRedis()).url}`]));

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`redis: ${error.message}\n`);
  process.exitCode = 1;
}

import type { Command } from 'commander';
import { wholeNumber } from '../cli/parse-options.ts';
import { startService } from '../service-process.ts';
import { fuzz, type FuzzResult } from './fuzz.ts';

const help = `
Starts a server of its own in memory and sends every RPC random requests, as protobuf over gRPC and as JSON. Exit code 1
when an answer was INTERNAL or UNKNOWN, or its text told of SQL, files or stacks.

Examples:
  npx nx run bench:fuzz
  npx nx run bench:fuzz -- --messages 500 --seed 7`;

/** `bench:fuzz`. */
export function addFuzz(program: Command): void {
  program
    .command('fuzz')
    .description('send every RPC random requests and judge the answers')
    .option('--messages <n>', 'for each RPC and form', wholeNumber(1, 1_000_000), 10_000)
    .option('--seed <n>', 'the same seed sends the same requests', wholeNumber(0, 2 ** 32 - 1), 1)
    .addHelpText('after', help)
    .action(async ({ messages, seed }: { messages: number; seed: number }) => {
      const server = await startService('standalone', { DATABASE_URL: 'memory:', LOG_LEVEL: 'info' });
      try {
        const memoryBefore = server.memoryMib();
        const { grpcUrl, httpUrl } = server;
        const target = { grpcAddress: grpcUrl.replace('http://', ''), httpUrl };
        const results = await fuzz(target, messages, seed, (result) => process.stdout.write(`${lineOf(result)}\n`));
        const wrong = results.filter(({ problems }) => problems.length > 0).length;
        const memory = `server ${Math.round(memoryBefore)} → ${Math.round(server.memoryMib())} MiB`;
        process.stdout.write(`${results.length * messages} requests, ${wrong} RPCs with wrong answers, ${memory}\n`);
        if (wrong > 0) process.exitCode = 1;
      } finally {
        await server.stop();
      }
    });
}

function lineOf({ rpc, form, codes, problems }: FuzzResult): string {
  const counts = Object.entries(codes).map(([code, count]) => `${code} ${count}`);
  return [`${rpc} ${form}: ${counts.join(', ')}`, ...problems.map((problem) => `  WRONG ${problem}`)].join('\n');
}

import { Option, type Command } from 'commander';
import { wholeNumber } from '../cli/parse-options.ts';
import { attacks } from './attacks.ts';
import { missedBars } from './bars.ts';
import { runAttacks, type AttackResult } from './hostile.ts';

const help = `
Starts two servers and an attacker, each a process of its own, while a good client makes 100 calls a second to the first
and reads pages one after the other:
without an attack, while the second one is attacked, and while its own is. All share the machine's cores; the second
figure tells the machine's part of the third. The attacker takes only the time that nobody else wants, like one that
has a machine of its own. Exit code 1 when a call of the good client failed, when an attack got another answer than it
should, or when one greedy caller left the good client less than half of the pages that it reads without, or a p99 over
5 times the greater of the two others.

Attacks: ${Object.keys(attacks).join(', ')}

Examples:
  npx nx run bench:hostile
  npx nx run bench:hostile -- --only slowloris --connections 2000`;

/** `bench:hostile`. */
export function addHostile(program: Command): void {
  program
    .command('hostile')
    .description("attack a server and report a good client's p99 as a ratio")
    .option('--seconds <n>', 'of each attack', wholeNumber(1, 600), 10)
    .option('--connections <n>', 'that the slow attack opens', wholeNumber(1, 60_000), 2_000)
    .addOption(new Option('--only <attack>', 'one of the attacks').choices(Object.keys(attacks)))
    .addHelpText('after', help)
    .action(async ({ seconds, connections, only }: { seconds: number; connections: number; only?: string }) => {
      const options = { seconds, slowConnections: connections, only };
      const results = await runAttacks(options, (result) => process.stdout.write(`${lineOf(result)}\n`));
      if (results.some(hasFailed)) process.exitCode = 1;
    });
}

const hasFailed = (result: AttackResult): boolean =>
  result.during.errors > 0 || result.unexpected.length > 0 || missedBars(result).length > 0;

function lineOf(result: AttackResult): string {
  const { attack, before, beside, during, answers, memoryBeforeMib, memoryPeakMib } = result;
  const ratio = (to: number): string => `× ${(during.p99Ms / to).toFixed(2)}`;
  return [
    attack.padEnd(24),
    `p99 ${during.p99Ms.toFixed(1)} ms`,
    `${ratio(before.p99Ms)} of ${before.p99Ms.toFixed(1)} without`,
    `${ratio(beside.p99Ms)} of ${beside.p99Ms.toFixed(1)} beside the same attack on a neighbour`,
    `p50 ${before.p50Ms.toFixed(1)} → ${during.p50Ms.toFixed(1)} ms`,
    `pages ${before.pages} → ${during.pages}`,
    `${during.errors} of ${during.calls} calls failed`,
    `memory ${Math.round(memoryBeforeMib)} → ${Math.round(memoryPeakMib)} MiB`,
    ...Object.entries(answers).map(([answer, count]) => `${count} × ${answer}`),
    ...missedBars(result).map((bar) => `MISSED: ${bar}`),
  ].join(', ');
}

import { PaginationStrategy } from '@finance/contract/funds-service';
import { resolveTarget } from '@finance/seeder';
import { Option, type Command } from 'commander';
import { listenForInterruption } from '../cli/interruption.ts';
import { describeDatabase } from '../database/describe-database.ts';
import { beginResult, resultFolder, resultText } from '../result-file.ts';
import { startStandalone } from '../standalone-server.ts';
import { indexTimeoutMs, waitForIndex } from '../wait-for-index.ts';
import { wholeNumber } from './whole-number.ts';
import { makeCallData } from './call-data.ts';
import { findGhz } from './find-ghz.ts';
import type { GhzResults } from './ghz-results.ts';
import { errorText, ghzTable } from './ghz-table.ts';
import { measureService } from './measure-service.ts';

/** Load is bounded: more than this, one machine measures itself. ghz keeps every call of a run in memory. */
const concurrencyMax = 1_000;
const rpsMax = 5_000;
const secondsMax = 300;

interface GhzOptions {
  readonly host?: string;
  readonly permissionHost?: string;
  readonly store?: 'sqlite' | 'mysql';
  readonly url?: string;
  readonly rps?: number;
  readonly duration: number;
  readonly concurrency: number;
  readonly loop: 'closed' | 'open' | 'both';
  readonly strategy?: string;
  readonly total: 'exact' | 'none';
  readonly json?: boolean;
}

/** Adds `ghz`: load by the real ghz on ListFunds and CheckAccess. */
export function registerGhz(program: Command): void {
  program
    .command('ghz')
    .description('Load ListFunds and CheckAccess with the real ghz: closed and open loop, mixed viewers, sorts, pages.')
    .option('--host <host:port>', 'gRPC port of a running service; without it, one is started for the time of the run')
    .option('--permission-host <host:port>', 'where CheckAccess is served, if not on --host')
    .addOption(new Option('--store <engine>', 'whose default database to serve').choices(['sqlite', 'mysql']))
    .option('--url <url>', 'the database to serve; default DATABASE_URL, else that of --store')
    .option('--rps <n>', 'calls/s of the open loop; default half of what the closed loop reached', wholeNumber(rpsMax))
    .option('--duration <seconds>', 'of each run', (text) => wholeNumber(secondsMax)(text.replace(/s$/, '')), 10)
    .option('--concurrency <n>', 'callers of the closed loop', wholeNumber(concurrencyMax), 20)
    .addOption(new Option('--loop <loop>', 'which').choices(['closed', 'open', 'both']).default('both'))
    .option('--strategy <name>', 'of ListFunds, for example closure-join; default is the choice of the service')
    .addOption(new Option('--total <mode>', 'exact totals or none').choices(['exact', 'none']).default('exact'))
    .option('--json', 'print JSON instead of a table')
    .addHelpText(
      'after',
      `
Each run is made twice with the same settings: to warm up, keeping ghz's HTML, then to measure, keeping ghz's JSON,
both in var/bench/ghz/. ghz counts gRPC codes; that answers are right is shown by bench:compare.
ghz is taken from the path, else the cache folder, else installed there by Go.

Examples:
  npx nx run bench:ghz -- --store sqlite --duration 5
  npx nx run bench:ghz -- --host 127.0.0.1:50051 --rps 100 --duration 30 --concurrency 100 --strategy closure-join

Exit code 1 on any error.`,
    )
    .action(async (options: GhzOptions) => {
      if (!(await loadWithGhz(options))) process.exitCode = 1;
    });
}

type Say = (line: string) => void;

/** @returns whether every call succeeded */
async function loadWithGhz(options: GhzOptions): Promise<boolean> {
  const say: Say = (line) => void process.stderr.write(`${line}\n`);
  const strategy = options.strategy === undefined ? undefined : strategyName(options.strategy);
  if (options.loop === 'open' && options.rps === undefined) throw new Error('--loop open needs --rps');
  if (options.host !== undefined && (options.url ?? options.store) !== undefined) {
    throw new Error('--host loads a running service, --url and --store one of our own; give only one of them');
  }
  const ghz = await findGhz(say);
  const interruption = listenForInterruption();
  const own = options.host === undefined ? await startOwn(options, strategy, say, interruption.signal) : undefined;
  try {
    const host = hostAndPort(options.host ?? own!.host);
    const hosts = { ListFunds: host, CheckAccess: hostAndPort(options.permissionHost ?? host) };
    say(`Asking ${host} for viewers and pages…`);
    const data = await makeCallData(hosts, {
      ...(strategy === undefined ? {} : { strategy }),
      withTotal: options.total === 'exact',
    });
    let results: GhzResults = {
      ghzVersion: ghz.version,
      host: options.host ?? null,
      strategy: options.strategy ?? null,
      withTotal: options.total === 'exact',
      questions: { ListFunds: data.ListFunds.length, CheckAccess: data.CheckAccess.length },
      runs: [],
    };
    const writer = beginResult('ghz', results, { database: own?.database ?? null });
    const loops = options.loop === 'both' ? (['closed', 'open'] as const) : [options.loop];
    const plan = {
      hosts,
      loops,
      concurrency: options.concurrency,
      callsPerSecond: options.rps,
      seconds: options.duration,
      signal: interruption.signal,
    };
    say(`ghz ${ghz.version}: ${loops.length * 2} runs, each ${options.duration} s to warm up and to measure…`);
    try {
      for await (const run of measureService(ghz.file, plan, data)) {
        results = { ...results, runs: [...results.runs, run] };
        writer.update(results);
        say(`${run.rpc}, ${run.loop} loop: ${run.calls} calls, errors: ${errorText(run)}`);
      }
    } catch (error) {
      writer.end(error instanceof Error ? error.message : String(error));
      throw error;
    }
    const failed = results.runs.filter((run) => errorText(run) !== '0');
    const file = writer.end(failed.length === 0 ? undefined : `${failed.length} of the runs had errors`);
    console.log(options.json ? resultText(file).trimEnd() : ghzTable(results));
    say(`ghz's own output is in ${resultFolder()}/ghz/`);
    return failed.length === 0;
  } finally {
    interruption.end();
    await own?.stop();
  }
}

async function startOwn(options: GhzOptions, strategy: string | undefined, say: Say, signal: AbortSignal) {
  const target = await resolveTarget(options);
  const database = await describeDatabase(target, null);
  const server = await startStandalone({
    DATABASE_URL: target.engine === 'mysql' ? target.url : `sqlite:${target.file}`,
    LOG_LEVEL: 'info',
    ...(strategy === undefined ? {} : { PAGINATION_STRATEGIES: options.strategy! }),
  });
  say('Waiting until the server is ready, its live index included…');
  await waitForIndex(server.httpUrl, indexTimeoutMs(database.records), signal).catch(async (error: unknown) => {
    await server.stop();
    throw error;
  });
  return { host: new URL(server.grpcUrl).host, database, stop: server.stop };
}

function strategyName(text: string): keyof typeof PaginationStrategy {
  const names = Object.keys(PaginationStrategy).filter((key) => /^[A-Z]/.test(key) && key !== 'UNSPECIFIED');
  const name = names.find((key) => key.toLowerCase().replaceAll('_', '-') === text);
  if (name === undefined) {
    const known = names.map((key) => key.toLowerCase().replaceAll('_', '-')).join(', ');
    throw new Error(`no strategy '${text}'; known are ${known}`);
  }
  return name as keyof typeof PaginationStrategy;
}

function hostAndPort(text: string): string {
  if (!/^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):\d{1,5}$/.test(text)) {
    throw new Error(`'${text}' is no host:port, for example 127.0.0.1:50051`);
  }
  return text;
}

import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { FundsService, PaginationStrategy } from '@finance/contract/funds-service';
import { openCurrentDatabase } from '@finance/schema';
import { describeViewers, resolveTarget } from '@finance/seeder';
import { sqlStrategies } from '@finance/strategies';
import type { StrategyName } from '@finance/strategy-contract';
import { loadDataSet } from './load-data-set.ts';
import { makeQuestions } from './questions.ts';
import { runCalls } from './run-calls.ts';
import { startStandalone } from './standalone-server.ts';
import { reportJson, reportTables, type StrategyRun } from './strategies-report.ts';

/** The options of `bench:strategies`, as parsed. */
export interface StrategiesOptions {
  readonly store?: 'sqlite' | 'mysql';
  readonly url?: string;
  readonly strategies?: string;
  readonly callers: number;
  readonly calls: number;
  readonly sorts: number;
  readonly json?: boolean;
}

/** No call of a measurement is cut off before this; slow strategies are to be shown, not to be hidden. */
const requestTimeoutMs = 300_000;

/** Compares strategies over real gRPC on whatever a database holds; @returns whether every answer was right. */
export async function compareStrategies(options: StrategiesOptions): Promise<boolean> {
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const names = chosenStrategies(options.strategies);
  const target = await resolveTarget(options);
  const viewers = await describeViewers(target);
  if (viewers.length === 0) throw new Error('the database has no users; fill it with `npx nx run seeder:run`');

  say('Reading all tables for the expected answers…');
  const database = await openCurrentDatabase(target);
  const data = await loadDataSet(database, new AbortController().signal).finally(() => database.close());
  if (data.funds.length === 0) throw new Error('the database has no funds; fill it with `npx nx run seeder:run`');
  say(`Working out the expected answers of ${viewers.length} viewers from ${data.funds.length} funds…`);
  const questions = makeQuestions(data, viewers, options.sorts);
  const visible = new Map(questions.map(({ viewer, expected }) => [viewer.userId, expected.totalSize]));

  const server = await startStandalone({
    DATABASE_URL: target.engine === 'mysql' ? target.url : `sqlite:${target.file}`,
    PAGINATION_STRATEGIES: names.join(','),
    REQUEST_TIMEOUT_MS: String(requestTimeoutMs),
    LOG_LEVEL: 'info',
  });
  const runs: StrategyRun[] = [];
  try {
    const client = createClient(FundsService, createGrpcTransport({ baseUrl: server.grpcUrl }));
    for (const strategy of names) {
      say(`${strategy}: ${options.calls} calls by ${options.callers} callers…`);
      runs.push({ strategy, result: await runCalls(client, protoStrategy(strategy), questions, options) });
    }
  } finally {
    await server.stop();
  }
  console.log(
    options.json ? JSON.stringify(reportJson(viewers, visible, runs), null, 2) : reportTables(viewers, visible, runs),
  );
  return runs.every(({ result }) => Object.keys(result.all.errors).length === 0);
}

function chosenStrategies(list: string | undefined): StrategyName[] {
  const known = [...sqlStrategies.keys()];
  if (list === undefined) return known;
  return list.split(',').map((text) => {
    const name = known.find((strategy) => strategy === text.trim());
    if (!name) throw new Error(`no strategy '${text}'; known are ${known.join(', ')}`);
    return name;
  });
}

function protoStrategy(name: StrategyName): PaginationStrategy {
  const key = name.toUpperCase().replaceAll('-', '_') as keyof typeof PaginationStrategy;
  return PaginationStrategy[key];
}

import type { StrategyName } from '@finance/strategy-contract';
import { BenchError } from '../cli/bench-error.ts';
import { runBench, type BenchOutcome, type RunOptions } from '../cli/bench-run.ts';
import { count, databaseText, ms } from '../cli/tables.ts';
import { benchTarget, type DatabaseFlags } from '../database/bench-target.ts';
import { loadDataSet } from '../database/load-data-set.ts';
import { openFilled } from '../database/open-filled.ts';
import { chooseStrategies } from '../questions/choose-strategies.ts';
import { chooseViewers } from '../questions/choose-viewers.ts';
import { parseOrders } from '../questions/fund-orders.ts';
import { createJudge } from '../questions/judge.ts';
import { makeQuestions, pageSize, type Question } from '../questions/make-questions.ts';
import type { BenchViewer, ConcurrencyCell, DatabaseFacts } from '../result-types.ts';
import { startStandalone, type StandaloneServer } from '../standalone-server.ts';
import { createAsker } from './asker.ts';
import { closedLoop, type LoadLimits, type LoadResult } from './closed-loop.ts';
import { offeredStrategies } from './offered-strategies.ts';
import { openLoop } from './open-loop.ts';
import { samplePool } from './pool-sampler.ts';

/** The options of `concurrency`, as parsed. */
export interface ConcurrencyFlags extends DatabaseFlags {
  /** Callers at once. */
  readonly callers: readonly number[];
  readonly strategies?: readonly string[];
  readonly viewers?: readonly string[];
  readonly sorts: readonly string[];
  readonly totals: 'with' | 'without';
  readonly loop: 'closed' | 'open' | 'both';
  readonly rate?: number;
  readonly seconds: number;
  readonly callsMax: number;
  readonly timeoutMs: number;
}

export const concurrencyRecordsDefault = 20_000;
/** Without --rate: near enough to what a closed loop reached to see queues, far enough not to be overload. */
const openLoopShare = 0.7;

/** For tests: told of the server when it serves. */
export type OnServer = (server: StandaloneServer) => void;

/** Loads a server of its own over gRPC, each strategy with each number of callers. Errors are problems. */
export function concurrency(
  flags: ConcurrencyFlags,
  options: RunOptions,
  onServer: OnServer = () => undefined,
): Promise<BenchOutcome<'concurrency'>> {
  const strategies = chooseStrategies(offeredStrategies(), flags.strategies);
  const orders = parseOrders(flags.sorts);
  const empty = { pageSize, viewers: [], questionCount: 0, cells: [] };
  return runBench('concurrency', empty, options, async (run) => {
    const { target, generated } = await benchTarget(flags, concurrencyRecordsDefault, run.progress);
    const { facts, questions, viewers } = await prepare();
    const server = await startStandalone({
      DATABASE_URL: target.engine === 'mysql' ? target.url : `sqlite:${target.file}`,
      PAGINATION_STRATEGIES: strategies.join(','),
      REQUEST_TIMEOUT_MS: String(flags.timeoutMs),
      LOG_LEVEL: 'info',
    });
    const death = new AbortController();
    void server.ended.then((words) =>
      death.abort(new BenchError(`the server ended midway${words === '' ? '' : `: ${words}`}`)),
    );
    const signal = AbortSignal.any([run.signal, death.signal]);
    onServer(server);
    const cells: ConcurrencyCell[] = [];
    try {
      for (const strategy of strategies) {
        for (const callers of flags.callers) {
          for await (const cell of loadStrategy(server.grpcUrl, strategy, callers, questions, signal)) {
            cells.push(cell);
            run.update({ pageSize, viewers, questionCount: questions.length, cells }, facts);
            for (const [kind, calls] of Object.entries(cell.errors)) {
              run.problem(`${cellText(cell)}: ${calls} × ${kind}: ${cell.errorSamples[kind]}`);
            }
          }
        }
      }
    } finally {
      await server.stop();
    }

    async function prepare(): Promise<{ facts: DatabaseFacts; questions: Question[]; viewers: BenchViewer[] }> {
      const { database, facts } = await openFilled(target, generated);
      run.say(`${databaseText(facts)}; working out the expected answers…`);
      const data = await loadDataSet(database, run.signal).finally(() => database.close());
      const judge = createJudge(data);
      const viewers = chooseViewers(data, judge, flags.viewers);
      const plan = { orders, depths: ['first', 'middle', 'last'] as const, totals: [flags.totals === 'with'] };
      return { facts, viewers, questions: viewers.flatMap((viewer) => makeQuestions(judge, viewer, plan)) };
    }

    /** The closed loop, then the open one at a rate that follows from it; a cut-off part of a load is no cell. */
    async function* loadStrategy(
      grpcUrl: string,
      strategy: StrategyName,
      callers: number,
      questions: readonly Question[],
      signal: AbortSignal,
    ): AsyncGenerator<ConcurrencyCell> {
      const ask = createAsker(grpcUrl, strategy, callers, flags.timeoutMs);
      const limits: LoadLimits = flags;
      const cellOf = async (
        loop: ConcurrencyCell['loop'],
        targetCallsPerSecond: number | null,
        load: () => Promise<LoadResult>,
      ): Promise<ConcurrencyCell> => {
        const sampler = await samplePool(target);
        const result = await load();
        const pool = await sampler.end();
        signal.throwIfAborted();
        const succeededPerSecond = result.succeeded / result.seconds;
        const cell = { strategy, loop, users: callers, targetCallsPerSecond, ...result, succeededPerSecond, pool };
        run.say(`${cellText(cell)}: ${count(cell.succeeded)} right, p50 ${ms(cell.latency.p50Ms)} ms`);
        return cell;
      };
      let rate = flags.rate;
      if (flags.loop !== 'open') {
        const closed = await cellOf('closed', null, () => closedLoop(ask, questions, callers, limits, signal));
        yield closed;
        rate ??= closed.succeededPerSecond * openLoopShare;
      }
      if (flags.loop !== 'closed' && rate !== undefined && rate > 0) {
        const callsPerSecond = rate;
        yield await cellOf('open', rate, () => openLoop(ask, questions, callsPerSecond, limits, signal));
      }
    }
  });
}

const cellText = ({ strategy, loop, users, targetCallsPerSecond }: ConcurrencyCell): string =>
  `${strategy}, ${loop} loop, ${users} callers${targetCallsPerSecond === null ? '' : `, ${targetCallsPerSecond.toFixed(0)} calls/s`}`;

import type { DatabaseFacts, CompareResults, CompareRun } from '../result-types.ts';
import { runBench, type BenchOutcome, type BenchRun, type RunOptions } from '../cli/bench-run.ts';
import { strategyNames } from '@finance/strategy-contract';
import { adaptiveSqlWays } from '@finance/strategies';
import { BenchError } from '../cli/bench-error.ts';
import { count, databaseText } from '../cli/tables.ts';
import { collectGarbage } from '../collect-garbage.ts';
import { chooseStrategies } from '../questions/choose-strategies.ts';
import { chooseViewers } from '../questions/choose-viewers.ts';
import { parseOrders } from '../questions/fund-orders.ts';
import { createJudge } from '../questions/judge.ts';
import { makeQuestions, pageSize, parseDepths, type QuestionPlan } from '../questions/make-questions.ts';
import type { DatabaseFlags } from '../database/bench-target.ts';
import { compareStore } from './compare-store.ts';
import { planStores, storeNames, type OpenedStore, type PlannedStore, type StoreName } from './planned-store.ts';
import { withRatios } from './ratios.ts';
import type { Contender } from './contender.ts';

/** The options of `compare`, as parsed. */
export interface CompareFlags extends Omit<DatabaseFlags, 'store' | 'records'> {
  readonly stores?: readonly string[];
  readonly records?: readonly number[];
  readonly strategies?: readonly string[];
  readonly viewers?: readonly string[];
  readonly sorts: readonly string[];
  readonly depths: readonly string[];
  readonly totals: 'with' | 'without' | 'both';
  readonly iterations: number;
  readonly limitMs: number;
}

/** For tests: puts other contenders in the place of the real ones. */
export type ReplaceContenders = (contenders: readonly Contender[]) => readonly Contender[];

/** Measures all strategies in this process, on each store and size in turn. Wrong answers are problems. */
export function compare(
  flags: CompareFlags,
  options: RunOptions,
  replaceContenders: ReplaceContenders = (contenders) => contenders,
): Promise<BenchOutcome<'compare'>> {
  const { iterations, limitMs } = flags;
  const plan = questionPlan(flags);
  const stores = parseStores(flags.stores);
  chooseStrategies([...strategyNames, ...adaptiveSqlWays.keys()], flags.strategies);
  const empty: CompareResults = { pageSize, iterations, limitMs, runs: [] };
  return runBench('compare', empty, options, async (run) => {
    const runs: CompareRun[] = [];
    for (const records of flags.records ?? [undefined]) {
      for (const store of planStores(stores, { ...flags, records })) {
        const before = [...runs];
        await compareOn(store, flags, plan, run, replaceContenders, (current) => {
          runs.splice(0, runs.length, ...before, current);
          run.update({ ...empty, runs }, runs.length === 1 ? current.database : null);
        });
      }
    }
  });
}

async function compareOn(
  store: PlannedStore,
  flags: CompareFlags,
  plan: QuestionPlan,
  run: BenchRun<'compare'>,
  replaceContenders: ReplaceContenders,
  onProgress: (current: CompareRun) => void,
): Promise<void> {
  const opened = await store.open(run.signal, run.progress);
  try {
    const contenders = replaceContenders(opened.contenders);
    const chosen = new Set(
      chooseStrategies(
        contenders.map(({ name }) => name),
        strategiesFor(store, flags),
      ),
    );
    const { questions, viewers } = await askedOf(opened, flags, plan, run);
    collectGarbage();
    const cells = cellCollector(opened.facts, viewers, onProgress);
    await compareStore(
      contenders.filter(({ name }) => chosen.has(name)),
      questions,
      flags,
      run.signal,
      ({ name }, viewer) => {
        run.say(`${store.name}, ${name}, ${count(viewer.peopleCount)} people, ${count(viewer.visibleFunds)} visible`);
      },
      (cell) => {
        cells.add(cell);
        const who = `${store.name}, ${cell.strategy}, viewer ${cell.viewerUserId}`;
        const asked = `${who}, ${cell.orderBy}, ${cell.depth}, ${cell.withTotal ? 'with' : 'without'} total`;
        if (cell.outcome === 'wrong answer' || cell.outcome === 'failed')
          run.problem(`${asked}: ${cell.outcome}: ${cell.reason}`);
        if (cell.outcome === 'over limit') run.say(`${asked}: ${cell.reason}`);
      },
    );
  } finally {
    await opened.close();
  }
}

/** The viewers, and for each the questions with their answers. */
async function askedOf(opened: OpenedStore, flags: CompareFlags, plan: QuestionPlan, run: BenchRun<'compare'>) {
  run.say(`${databaseText(opened.facts)}; reading all tables for the expected answers…`);
  const data = await opened.readData();
  const judge = createJudge(data);
  const viewers = chooseViewers(data, judge, flags.viewers);
  run.say(`working out the answers of ${viewers.length} viewers…`);
  return { viewers, questions: viewers.map((viewer) => makeQuestions(judge, viewer, plan)) };
}

function cellCollector(
  database: DatabaseFacts,
  viewers: CompareRun['viewers'],
  onProgress: (current: CompareRun) => void,
) {
  const cells: CompareRun['cells'][number][] = [];
  return {
    add: (cell: CompareRun['cells'][number]): void => {
      cells.push(cell);
      onProgress({ database, viewers, cells: withRatios(cells) });
    },
  };
}

/** The memory store has a strategy of its own; what was asked of the others does not concern it. */
function strategiesFor(store: PlannedStore, { strategies, stores }: CompareFlags): readonly string[] | undefined {
  if (store.name !== 'memory' || (stores ?? []).length === 1) return strategies;
  return undefined;
}

function questionPlan({ sorts, depths, totals }: CompareFlags): QuestionPlan {
  return {
    orders: parseOrders(sorts),
    depths: parseDepths(depths),
    totals: totals === 'both' ? [false, true] : [totals === 'with'],
  };
}

function parseStores(names: readonly string[] | undefined): StoreName[] | undefined {
  return names?.map((text) => {
    const store = storeNames.find((name) => name === text);
    if (store) return store;
    throw new BenchError(`no store '${text}'; known are ${storeNames.join(', ')}`);
  });
}

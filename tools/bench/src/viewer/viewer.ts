import { fundSortColumns, type FundSortColumn } from '@finance/domain';
import { pageOf } from '@finance/strategy-contract';
import { strategyNames } from '@finance/strategy-contract';
import { runBench, type BenchOutcome, type RunOptions } from '../cli/bench-run.ts';
import { databaseText } from '../cli/tables.ts';
import { sqlContenders, type Contender } from '../compare/contender.ts';
import { measureCell } from '../compare/measure-cell.ts';
import { benchTarget, type DatabaseFlags } from '../database/bench-target.ts';
import { loadDataSet } from '../database/load-data-set.ts';
import { openFilled } from '../database/open-filled.ts';
import { chooseStrategies } from '../questions/choose-strategies.ts';
import { chooseViewers } from '../questions/choose-viewers.ts';
import { orderText } from '../questions/fund-orders.ts';
import { createJudge } from '../questions/judge.ts';
import { pageSize, type Question } from '../questions/make-questions.ts';
import type { ViewerCall, ViewerResults } from '../result-types.ts';
import { BenchError } from '../cli/bench-error.ts';

/** The options of `viewer`, as parsed. */
export interface ViewerFlags extends DatabaseFlags {
  readonly list?: boolean;
  readonly viewer?: string;
  readonly strategies?: readonly string[];
  readonly sort: string;
  readonly desc?: boolean;
  /** From 1. */
  readonly page: number;
  readonly iterations: number;
  readonly limitMs: number;
}

export const viewerRecordsDefault = 20_000;

/** Lists viewers, or times one page for one of them by every strategy. Wrong answers are problems. */
export function viewer(
  flags: ViewerFlags,
  options: RunOptions,
  replaceContenders: (contenders: readonly Contender[]) => readonly Contender[] = (contenders) => contenders,
): Promise<BenchOutcome<'viewer'>> {
  if ((flags.list ?? false) === (flags.viewer !== undefined))
    throw new BenchError('give either --list or --viewer <id>');
  const column = sortColumn(flags.sort);
  chooseStrategies(strategyNames, flags.strategies);
  return runBench('viewer', { viewers: [], question: null, calls: [] }, options, async (run) => {
    const { generated, target } = await benchTarget(flags, viewerRecordsDefault, run.progress);
    const { database, facts } = await openFilled(target, generated);
    try {
      run.say(`${databaseText(facts)}; reading all tables for the expected answers…`);
      const data = await loadDataSet(database, run.signal);
      const judge = createJudge(data);
      const viewers = chooseViewers(data, judge, flags.viewer === undefined ? undefined : [flags.viewer]);
      if (flags.viewer === undefined) {
        run.update({ viewers, question: null, calls: [] }, facts);
        return;
      }
      const order = { column, descending: flags.desc ?? false };
      const viewerUserId = BigInt(flags.viewer);
      const skip = (flags.page - 1) * pageSize;
      const visible = judge.visibleFunds(viewerUserId, order);
      const expected = pageOf(visible, { order, after: undefined, skip, pageSize, withTotal: true });
      const asked: Question = {
        viewer: viewers[0]!,
        viewerUserId,
        order,
        depth: skip === 0 ? 'first' : 'middle',
        after: undefined,
        skip,
        withTotal: true,
        expected,
      };
      const question: ViewerResults['question'] = {
        viewerUserId: flags.viewer,
        orderBy: orderText(order),
        page: flags.page,
        pageSize,
        pageCount: Math.ceil(visible.length / pageSize),
        fundIds: expected.funds.map(({ fundId }) => String(fundId)),
      };
      const contenders = replaceContenders(sqlContenders(database));
      const chosen = chooseStrategies(
        contenders.map(({ name }) => name),
        flags.strategies,
      );
      const calls: ViewerCall[] = [];
      for (const contender of contenders.filter(({ name }) => chosen.includes(name))) {
        run.say(contender.name);
        const { latency, outcome, reason } = await measureCell(contender, asked, flags, run.signal);
        if (outcome === 'wrong answer' || outcome === 'failed') run.problem(`${contender.name}: ${outcome}: ${reason}`);
        calls.push({ strategy: contender.name, outcome, reason, latency });
        run.update({ viewers, question, calls }, facts);
      }
    } finally {
      await database.close();
    }
  });
}

function sortColumn(text: string): FundSortColumn {
  const column = fundSortColumns.find((each) => each === text);
  if (column) return column;
  throw new BenchError(`no sort column '${text}'; known are ${fundSortColumns.join(', ')}`);
}

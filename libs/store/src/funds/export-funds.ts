import { positionOf, type Fund, type FundFilter, type FundOrder, type FundPosition, type Scope } from '@finance/domain';
import type { SqlSession } from '@finance/schema';
import { gatherFundIds } from './gather-fund-ids.ts';
import { getFunds } from './get-funds.ts';
import { walkFunds } from './walk-funds.ts';

/** Which funds, in which order and portions. */
export interface FundExport {
  readonly scope: Scope;
  readonly filter: FundFilter;
  readonly order: FundOrder;
  /** At least 1. */
  readonly batchSize: number;
  /** Up to how many funds are gathered first; for tests. */
  readonly gatheredMax?: number;
}

/**
 * Some 30 MB while they are read, 10 afterwards. Of a million funds on MySQL 48,000 are gathered and exported in 0.8 s,
 * walked in 18 s; a larger scope loses 2 s before it is walked.
 */
const gatheredIdsMax = 200_000;

/**
 * All visible funds that pass the filter, in order, each once, in batches of which only the last may be smaller; none
 * for no funds. Reads a batch only when it is asked for. Few funds are gathered by id first, many found by a walk.
 */
export async function* exportFunds(session: SqlSession, query: FundExport): AsyncGenerator<readonly Fund[]> {
  const { scope, filter, order, batchSize, gatheredMax = gatheredIdsMax } = query;
  const isEverything = scope.people === null && Object.keys(filter).length === 0;
  const ids = isEverything ? undefined : await gatherFundIds(session, scope, filter, order, gatheredMax);
  if (ids) {
    for (let start = 0; start < ids.length; start += batchSize) {
      const batchIds = ids.slice(start, start + batchSize);
      const funds = await getFunds(session, batchIds);
      yield batchIds.map((fundId) => funds.get(fundId)!);
    }
    return;
  }
  let after: FundPosition | undefined;
  for (;;) {
    const funds = await walkFunds(session, { scope, filter, order, after, rowsMax: batchSize });
    if (funds.length > 0) yield funds;
    if (funds.length < batchSize) return;
    after = positionOf(funds.at(-1)!, order);
  }
}

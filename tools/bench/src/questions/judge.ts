import { comparePositions, positionOf, type Fund, type FundOrder } from '@finance/domain';
import { createOracle, type DataSet } from '@finance/strategy-contract';

/** The oracle, remembering what it has worked out: on large data that takes seconds. */
export interface Judge {
  visibleCount(viewerUserId: bigint): number;
  /** Every visible fund, in order. @throws DomainError VIEWER_NOT_FOUND */
  visibleFunds(viewerUserId: bigint, order: FundOrder): readonly Fund[];
}

const byId: FundOrder = { column: 'fund_id', descending: false };

/** A judge of a data set, which must not change. */
export function createJudge(data: DataSet): Judge {
  const oracle = createOracle(data);
  const visible = new Map<bigint, readonly Fund[]>();
  const sorted = new Map<string, readonly Fund[]>();
  const visibleById = (viewerUserId: bigint): readonly Fund[] => {
    const funds = visible.get(viewerUserId) ?? oracle.visibleFunds(viewerUserId, {}, byId);
    visible.set(viewerUserId, funds);
    return funds;
  };
  return {
    visibleCount: (viewerUserId) => visibleById(viewerUserId).length,
    visibleFunds: (viewerUserId, order) => {
      const key = `${viewerUserId} ${order.column} ${order.descending}`;
      const funds = sorted.get(key) ?? sortFunds(visibleById(viewerUserId), order);
      sorted.set(key, funds);
      return funds;
    },
  };
}

function sortFunds(funds: readonly Fund[], order: FundOrder): Fund[] {
  return funds
    .map((fund) => ({ fund, place: positionOf(fund, order) }))
    .sort((a, b) => comparePositions(a.place, b.place, order))
    .map(({ fund }) => fund);
}

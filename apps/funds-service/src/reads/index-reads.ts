import { PaginationStrategy as ProtoStrategy } from '@finance/contract/funds-service';
import { fundAccessDenied, type Fund } from '@finance/domain';
import type { IndexView } from '@finance/index-host';
import type { RpcContext } from '@finance/service-kit';
import type { DetailsById, FundReads } from './fund-reads.ts';

/** Reads from the live index. Everything is computed when asked for, before anything is awaited, and its time counted. */
export function indexReads(
  { index, position }: IndexView,
  viewerUserId: bigint,
  context: Pick<RpcContext, 'measured'>,
): FundReads {
  const detailsOf = (funds: readonly Fund[], withDetails: boolean): DetailsById =>
    new Map(withDetails ? funds.map((fund) => [fund.fundId, index.fundDetails(viewerUserId, fund)]) : []);
  return {
    position,
    strategyUsed: ProtoStrategy.LIVE_INDEX,
    holdsConnection: false,
    page: async (request, withDetails) =>
      context.measured(() => {
        const page = index.listFunds({ viewerUserId, ...request });
        return { ...page, details: detailsOf(page.funds, withDetails) };
      }),
    visible: async (fundIds, withDetails) =>
      context.measured(() => {
        const found = new Map(index.visibleFunds(viewerUserId, fundIds).map((fund) => [fund.fundId, fund]));
        const funds = fundIds.map((fundId) => {
          const fund = found.get(fundId);
          if (!fund) throw fundAccessDenied(viewerUserId, fundId);
          return fund;
        });
        return { funds, details: detailsOf(funds, withDetails) };
      }),
    summary: async (filter, groupBy) => context.measured(() => index.summarizeFunds(viewerUserId, filter, groupBy)),
    exported: ({ filter, order, batchSize }) =>
      eachMeasured(
        context.measured(() => index.exportFunds(viewerUserId, filter, order, batchSize)),
        context,
      ),
  };
}

function* eachMeasured<T>(items: Iterable<T>, context: Pick<RpcContext, 'measured'>): Iterable<T> {
  const iterator = items[Symbol.iterator]();
  for (let step = context.measured(() => iterator.next()); !step.done; step = context.measured(() => iterator.next()))
    yield step.value;
}

import { ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { FundsService, PaginationStrategy } from '@finance/contract/funds-service';
import { TotalMode } from '@finance/contract/total-mode';
import { PermissionService } from '@finance/contract/permission-service';
import { fundSortColumns } from '@finance/domain';
import type { GhzRpc } from './ghz-results.ts';
import { serviceViewers } from './service-viewers.ts';

/** Requests as JSON, by RPC; ghz sends them in turn. */
export type CallData = Readonly<Record<GhzRpc, readonly object[]>>;

/** What every ListFunds of the load asks for. */
export interface CallChoices {
  /** The name of a PaginationStrategy without its prefix. */
  readonly strategy?: keyof typeof PaginationStrategy;
  readonly withTotal: boolean;
}

/** Also the default of the API. */
const pageSize = 20;
const sortsPerViewer = 2;
/** Funds of a viewer's own first page that are checked. */
const checkedFunds = 5;

/**
 * Makes the load's requests by asking the service: viewers of every size, each with different sorts, each with its
 * first page, a page behind a token and one in the middle; checks of funds that a viewer sees and of others.
 * @throws Error that names the service when it does not answer or has no users or funds
 */
export async function makeCallData(hosts: Readonly<Record<GhzRpc, string>>, choices: CallChoices): Promise<CallData> {
  const permission = createClient(PermissionService, createGrpcTransport({ baseUrl: `http://${hosts.CheckAccess}` }));
  const funds = createClient(FundsService, createGrpcTransport({ baseUrl: `http://${hosts.ListFunds}` }));
  const strategy = choices.strategy ?? 'UNSPECIFIED';
  const viewers = await serviceViewers(permission).catch(refusedBy(hosts.CheckAccess));
  if (viewers.length === 0) throw new Error(`the service on ${hosts.CheckAccess} has no users; fill its database`);

  const pages: object[] = [];
  const seen = new Map<bigint, bigint[]>();
  for (const [v, viewerUserId] of viewers.entries()) {
    for (let s = 0; s < sortsPerViewer; s += 1) {
      const column = fundSortColumns[(v + s) % fundSortColumns.length]!;
      const orderBy = (v + s) % 2 === 1 ? `${column} desc` : column;
      const question = {
        viewerUserId: String(viewerUserId),
        pageSize,
        orderBy,
        totalMode: choices.withTotal ? 'TOTAL_MODE_EXACT' : 'TOTAL_MODE_NONE',
        strategy: `PAGINATION_STRATEGY_${strategy}`,
      };
      const page = await funds
        .listFunds({
          viewerUserId,
          pageSize,
          orderBy,
          totalMode: choices.withTotal ? TotalMode.EXACT : TotalMode.NONE,
          strategy: PaginationStrategy[strategy],
        })
        .catch(refusedBy(hosts.ListFunds));
      seen.set(viewerUserId, [
        ...(seen.get(viewerUserId) ?? []),
        ...page.funds.slice(0, checkedFunds).map((fund) => fund.fundId),
      ]);
      pages.push(question);
      if (page.nextPageToken) pages.push({ ...question, pageToken: page.nextPageToken });
      const middle = Math.floor(Number(page.totalSize ?? 0n) / 2);
      if (middle > pageSize) pages.push({ ...question, skip: middle });
    }
  }
  const allFunds = [...new Set([...seen.values()].flat())];
  if (allFunds.length === 0) throw new Error(`the service on ${hosts.ListFunds} shows no funds; fill its database`);
  const checks = allFunds.flatMap((fundId) =>
    viewers.map((viewerUserId) => ({ viewerUserId: String(viewerUserId), fundId: String(fundId) })),
  );
  return { ListFunds: pages, CheckAccess: checks };
}

function refusedBy(host: string) {
  return (error: unknown): never => {
    throw new Error(`the service on ${host} did not answer: ${ConnectError.from(error).message}`, { cause: error });
  };
}

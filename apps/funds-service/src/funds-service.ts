import { FundsService } from '@finance/contract/funds-service';
import { defineService, type DefinedService } from '@finance/service-kit';
import type { FundsDeps } from './funds-deps.ts';
import { encodePage } from './responses/encode-page.ts';
import { batchGetFunds } from './rpc/batch-get-funds.ts';
import { createFund } from './rpc/create-fund.ts';
import { deleteFund } from './rpc/delete-fund.ts';
import { exportFunds } from './rpc/export-funds.ts';
import { getFund } from './rpc/get-fund.ts';
import { listCustomerOrders } from './rpc/list-customer-orders.ts';
import { listFunds } from './rpc/list-funds.ts';
import { summarizeFunds } from './rpc/summarize-funds.ts';
import { updateFund } from './rpc/update-fund.ts';

/** `finance.funds.v1.FundsService`: pages, summaries, exports, single funds, writes of funds, customers. */
export function createFundsService(deps: FundsDeps): DefinedService {
  const handlers = {
    batchGetFunds: batchGetFunds(deps),
    createFund: createFund(deps),
    deleteFund: deleteFund(deps),
    exportFunds: exportFunds(deps),
    getFund: getFund(deps),
    listCustomerOrders: listCustomerOrders(deps),
    listFunds: listFunds(deps),
    summarizeFunds: summarizeFunds(deps),
    updateFund: updateFund(deps),
  };
  return defineService(FundsService, handlers, { listFunds: encodePage });
}

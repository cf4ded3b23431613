import { FundsService } from '@finance/contract/funds-service';
import { defineService, type DefinedService } from '@finance/service-kit';
import type { FundsDeps } from './funds-deps.ts';
import { batchGetFunds } from './rpc/batch-get-funds.ts';
import { createFund } from './rpc/create-fund.ts';
import { deleteFund } from './rpc/delete-fund.ts';
import { getFund } from './rpc/get-fund.ts';
import { listFunds } from './rpc/list-funds.ts';
import { updateFund } from './rpc/update-fund.ts';

/** `finance.funds.v1.FundsService`: pages, single funds, writes of funds. */
export function createFundsService(deps: FundsDeps): DefinedService {
  return defineService(FundsService, {
    batchGetFunds: batchGetFunds(deps),
    createFund: createFund(deps),
    deleteFund: deleteFund(deps),
    getFund: getFund(deps),
    listFunds: listFunds(deps),
    updateFund: updateFund(deps),
  });
}

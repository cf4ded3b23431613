import type { Fund as FundMessage } from '@finance/contract/fund';
import type { Fund } from '@finance/domain';
import type { DetailsById } from '../reads/fund-reads.ts';
import { fundMessage } from './fund-message.ts';

/** Funds as messages, each with its details if there are any. */
export const fundMessages = (funds: readonly Fund[], details: DetailsById): FundMessage[] =>
  funds.map((fund) => fundMessage(fund, details.get(fund.fundId)));

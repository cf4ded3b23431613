import type { Fund as FundMessage } from '@finance/contract/fund';
import type { Fund } from '@finance/domain';
import type { DetailsById } from '../reads/fund-reads.ts';
import { fundMessage } from './fund-message.ts';
import { namesInView, type FullViewNames } from './names-in-view.ts';

/** Funds as messages, each with its details if there are any. */
export const fundMessages = (funds: readonly Fund[], details: DetailsById, names: FullViewNames): FundMessage[] =>
  funds.map((fund) => {
    const known = details.get(fund.fundId);
    return fundMessage(fund, known && namesInView(known, names));
  });

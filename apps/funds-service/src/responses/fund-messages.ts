import type { MessageInitShape } from '@bufbuild/protobuf';
import type { FundSchema } from '@finance/contract/fund';
import type { Fund, Scope } from '@finance/domain';
import type { SqlSession } from '@finance/schema';
import { fundDetails } from '@finance/store';
import { fundMessage } from './fund-message.ts';

/** Funds as messages, with their details from the same snapshot when asked for. */
export async function fundMessages(
  session: SqlSession,
  scope: Scope,
  funds: readonly Fund[],
  withDetails: boolean,
): Promise<MessageInitShape<typeof FundSchema>[]> {
  if (!withDetails) return funds.map((fund) => fundMessage(fund));
  const details = await fundDetails(session, scope, funds);
  return funds.map((fund) => fundMessage(fund, details.get(fund.fundId)));
}

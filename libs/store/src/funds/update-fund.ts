import type { Fund } from '@finance/domain';
import type { SqlSession } from '@finance/schema';

/** New values of a fund's fields; absent ones stay. */
export type FundChanges = Partial<Omit<Fund, 'fundId' | 'createdAtMicros' | 'updatedAtMicros'>>;

export async function updateFund(
  session: SqlSession,
  fundId: bigint,
  changes: FundChanges,
  nowMicros: number,
): Promise<Fund> {
  throw new Error(`${session.position} ${fundId} ${changes.amountCents} ${nowMicros}`);
}

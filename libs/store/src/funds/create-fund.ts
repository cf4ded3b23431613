import type { Fund } from '@finance/domain';
import type { SqlSession } from '@finance/schema';

/** A fund to be created; `fundId` 0n lets the database choose. */
export type NewFund = Omit<Fund, 'createdAtMicros' | 'updatedAtMicros'>;

export async function createFund(session: SqlSession, newFund: NewFund, nowMicros: number): Promise<Fund> {
  throw new Error(`${session.position} ${newFund.fundId} ${nowMicros}`);
}

import type { SqlSession } from '@finance/schema';

export async function assignOrder(session: SqlSession, orderId: bigint, userId: bigint): Promise<void> {
  throw new Error(`${session.position} ${orderId} ${userId}`);
}

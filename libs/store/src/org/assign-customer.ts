import type { SqlSession } from '@finance/schema';

export async function assignCustomer(session: SqlSession, customerId: bigint, userId: bigint): Promise<void> {
  throw new Error(`${session.position} ${customerId} ${userId}`);
}

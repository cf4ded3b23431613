import { randomUUID } from 'node:crypto';
import { historyPointOf } from '@finance/schema';
import { connect, drop, feedErrorOf, readServerState } from './connection.ts';

/** See ChangeFeed.renewHistory. A server that refuses writes keeps its history: its source says which it is. */
export async function renewHistory(url: string, known: string): Promise<void> {
  const connection = await connect(url);
  try {
    if ((await readServerState(connection)).isReadOnly) return;
    await connection
      .promise()
      .query('UPDATE history SET history_id = ? WHERE id = 1 AND history_id = ?', [
        randomUUID(),
        historyPointOf(known).historyId,
      ]);
  } catch (error) {
    throw feedErrorOf(error);
  } finally {
    drop(connection);
  }
}

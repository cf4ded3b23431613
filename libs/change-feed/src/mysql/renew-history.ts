import { randomUUID } from 'node:crypto';
import { historyPointOf } from '@finance/schema';
import { ChangeFeedError } from '../change-feed-error.ts';
import { connect, drop, feedErrorOf, readServerState, textRows } from './connection.ts';

/** See ChangeFeed.renewHistory. A user with enough rights does not write to a server that refuses writes either. */
export async function renewHistory(url: string, known: string): Promise<void> {
  const { historyId } = historyPointOf(known);
  const connection = await connect(url);
  try {
    const [history] = await textRows(connection, 'SELECT history_id FROM history WHERE id = 1');
    if (history?.['history_id'] !== historyId) return;
    if ((await readServerState(connection)).isReadOnly) {
      throw new ChangeFeedError('unavailable', 'the server refuses writes');
    }
    await connection
      .promise()
      .query('UPDATE history SET history_id = ? WHERE id = 1 AND history_id = ?', [randomUUID(), historyId]);
  } catch (error) {
    throw feedErrorOf(error);
  } finally {
    drop(connection);
  }
}

import {
  startGroup,
  startSourceAndReplica,
  type GroupMode,
  type MysqlGroup,
  type SourceAndReplica,
} from '@finance/mysql';
import { migrate } from '@finance/schema';
import { afterAll } from 'vitest';

// Tests of lower layers may not import tools.
export { catchUp, demote, follow, promote } from '@finance/mysql';
export type { MysqlGroup, MysqlNode, SourceAndReplica } from '@finance/mysql';

/** A source and its replica for this test file alone, with our tables; some ten seconds. Gone after the file's tests. */
export async function withSourceAndReplica(mode?: 'async' | 'semi-sync'): Promise<SourceAndReplica> {
  const pair = await startSourceAndReplica(mode);
  afterAll(pair.close, 60_000);
  await migrate({ engine: 'mysql', url: pair.source.url });
  return pair;
}

/** A group of three servers for this test file alone, with our tables; some twenty seconds. Gone after the file's tests. */
export async function withMysqlGroup(mode: GroupMode): Promise<MysqlGroup> {
  const group = await startGroup(mode);
  afterAll(group.close, 60_000);
  await migrate({ engine: 'mysql', url: (await group.primary()).url });
  return group;
}

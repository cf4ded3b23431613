import { DomainError, type Freshness, type Scope } from '@finance/domain';
import type { ChooseReader } from '@finance/resilience';
import type { Database, SqlSession } from '@finance/schema';
import type { RpcContext } from '@finance/service-kit';
import { resolveScope } from '@finance/store';

/** Whether work that failed on a replica may still be done again, from its beginning, on the primary. */
export type MayRepeat = () => boolean;

/** Opens database snapshots together with the viewer's scope as of the same snapshot. */
export interface ViewerSnapshots {
  /**
   * Runs `work` with the scope that is true in the session's snapshot, which is as fresh as asked (default: the latest).
   * @throws DomainError VIEWER_NOT_FOUND
   */
  read<T>(
    viewerUserId: bigint,
    context: RpcContext,
    work: (session: SqlSession, scope: Scope) => Promise<T>,
    freshness?: Freshness,
    mayRepeat?: MayRepeat,
  ): Promise<T>;
}

/** Where snapshots come from. */
export interface ViewerSnapshotsOptions {
  /** The primary. */
  readonly database: Database;
  /** By default every read goes to the primary. */
  readonly chooseReader?: ChooseReader;
}

/** The scope is read in the snapshot that the funds are read from, so nothing can be older or newer than the other. */
export function createViewerSnapshots({ database, chooseReader }: ViewerSnapshotsOptions): ViewerSnapshots {
  return {
    read: async (viewerUserId, { signal }, work, freshness = { kind: 'latest' }, mayRepeat = () => true) => {
      const readFrom = (reader: Database) =>
        reader.snapshot(signal, async (session) => work(session, await resolveScope(session, viewerUserId)), freshness);
      const reader = chooseReader ? await chooseReader(freshness, signal) : database;
      try {
        return await readFrom(reader);
      } catch (error) {
        // What a replica could not answer the primary does.
        if (reader === database || signal.aborted || isAnswer(error) || !mayRepeat()) throw error;
        return readFrom(database);
      }
    },
  };
}

/** Whether an error says what is in the database, not that it, or a schema it has not caught up with, cannot serve. */
function isAnswer(error: unknown): boolean {
  return error instanceof DomainError && error.reason !== 'DATABASE_UNAVAILABLE' && error.reason !== 'OVERLOADED';
}

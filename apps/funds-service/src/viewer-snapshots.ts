import type { ScopeCache } from '@finance/cache';
import { DomainError, viewerNotFound, type Freshness, type Scope } from '@finance/domain';
import type { ChooseReader } from '@finance/resilience';
import { orgVersion, type Database, type SqlSession } from '@finance/schema';
import type { RpcContext } from '@finance/service-kit';
import { resolveScope } from '@finance/store';
import type { ResolveScope } from './scope-client.ts';

/** Whether work that failed on a replica may still be done again, from its beginning, on the primary. */
export type MayRepeat = () => boolean;

/** Opens database snapshots together with the viewer's scope as of the same snapshot. */
export interface ViewerSnapshots {
  /**
   * Runs `work` with a scope that is true in the session's snapshot, which is as fresh as asked (default: the latest),
   * however often the org changes meanwhile.
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

/** Where snapshots and scopes come from. */
export interface ViewerSnapshotsOptions {
  /** The primary. */
  readonly database: Database;
  /** By default every read goes to the primary. */
  readonly chooseReader?: ChooseReader;
  readonly scopes: ScopeCache;
  readonly resolve: ResolveScope;
}

/** Then the org moves faster than scopes travel, or permission-service lags behind. */
const cachedTriesMax = 4;

/**
 * Scopes are cached, and a cached one may be old, but it is used only when its org version is the snapshot's:
 * otherwise it is resolved again, at last in the snapshot itself. So it is with a viewer who is known not to exist.
 */
export function createViewerSnapshots(options: ViewerSnapshotsOptions): ViewerSnapshots {
  const { database, chooseReader, scopes, resolve } = options;

  return {
    read: async (viewerUserId, context, work, freshness = { kind: 'latest' }, mayRepeat = () => true) => {
      const { signal } = context;
      for (let tryNumber = 1; tryNumber <= cachedTriesMax; tryNumber += 1) {
        const entry = await scopes.get(viewerUserId, signal, (id) => resolve(id, context));
        // What a replica could not answer the primary does.
        const reader = tryNumber === 1 && chooseReader ? await chooseReader(freshness, signal) : database;
        const seen = await reader
          .snapshot(
            signal,
            async (session) => {
              const version = await orgVersion(session);
              if (version !== entry.orgVersion) return { version };
              if (!entry.scope) throw viewerNotFound(viewerUserId, version);
              return { value: await work(session, entry.scope) };
            },
            freshness,
          )
          .catch((error: unknown) => {
            if (reader === database || signal.aborted || isAnswer(error) || !mayRepeat()) throw error;
            return undefined;
          });
        if (seen?.version === undefined) {
          if (seen) return seen.value;
        } else if (reader === database) scopes.observe(seen.version);
      }
      return database.snapshot(
        signal,
        async (session) => work(session, await resolveScope(session, viewerUserId)),
        freshness,
      );
    },
  };
}

/** Whether an error says what is in the database, not that it, or a schema it has not caught up with, cannot serve. */
function isAnswer(error: unknown): boolean {
  return error instanceof DomainError && error.reason !== 'DATABASE_UNAVAILABLE' && error.reason !== 'OVERLOADED';
}

import type { ScopeCache } from '@finance/cache';
import { DomainError, viewerNotFound, type Freshness, type Scope } from '@finance/domain';
import type { ChooseReader } from '@finance/resilience';
import { orgVersion, type Database, type SqlSession } from '@finance/schema';
import type { RpcContext } from '@finance/service-kit';
import type { ResolveScope } from './scope-client.ts';

/** Opens database snapshots together with the viewer's scope as of the same snapshot. */
export interface ViewerSnapshots {
  /**
   * Runs `work` with a scope that is true in the session's snapshot, which is as fresh as asked (default: the latest).
   * @throws DomainError VIEWER_NOT_FOUND, CONFLICT
   */
  read<T>(
    viewerUserId: bigint,
    context: RpcContext,
    work: (session: SqlSession, scope: Scope) => Promise<T>,
    freshness?: Freshness,
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

/** The org would have to change between each resolve and its read. */
const triesMax = 5;

/**
 * Scopes are cached, and a cached one may be old, but it is used only when its org version is the snapshot's:
 * otherwise it is resolved again. So it is with a viewer who is known not to exist.
 */
export function createViewerSnapshots(options: ViewerSnapshotsOptions): ViewerSnapshots {
  const { database, chooseReader, scopes, resolve } = options;

  return {
    read: async (viewerUserId, context, work, freshness = { kind: 'latest' }) => {
      const { signal } = context;
      for (let tryNumber = 1; tryNumber <= triesMax; tryNumber += 1) {
        const entry = await scopes.get(viewerUserId, signal, (id) => resolve(id, context));
        // What a replica could not answer the primary does.
        const reader = tryNumber === 1 && chooseReader ? await chooseReader(freshness, signal) : database;
        let begun = false;
        const seen = await reader
          .snapshot(signal, async (session) => {
            const version = await orgVersion(session);
            if (version !== entry.orgVersion) return { version };
            begun = true;
            if (!entry.scope) throw viewerNotFound(viewerUserId, version);
            return { value: await work(session, entry.scope) };
          })
          .catch((error: unknown) => {
            if (begun || reader === database || signal.aborted) throw error;
            return undefined;
          });
        if (seen?.version === undefined) {
          if (seen) return seen.value;
        } else if (reader === database) scopes.observe(seen.version);
      }
      throw new DomainError('CONFLICT', 'the org kept changing during the read; retry');
    },
  };
}

import { DomainError, type Scope } from '@finance/domain';
import { orgVersion, type Database, type SqlSession } from '@finance/schema';
import type { RpcContext } from '@finance/service-kit';
import { LRUCache } from 'lru-cache';
import type { ResolveScope } from './scope-client.ts';

/** Opens database snapshots together with the viewer's scope as of the same snapshot. */
export interface ViewerSnapshots {
  /** Runs `work` with a scope that is true in the session's snapshot. @throws DomainError VIEWER_NOT_FOUND, CONFLICT */
  read<T>(
    viewerUserId: bigint,
    context: RpcContext,
    work: (session: SqlSession, scope: Scope) => Promise<T>,
  ): Promise<T>;
}

/** A scope is some 100 bytes; all viewers of a large company fit. */
const cachedScopesMax = 100_000;
/** Only bounds memory held for viewers who left: correctness rests on the version. */
const cacheTtlMs = 300_000;
/** The org would have to change between each resolve and its read. */
const triesMax = 5;

/**
 * Scopes are cached, and a cached one may be old, but it is used only when its org version is the snapshot's:
 * otherwise it is resolved again.
 */
export function createViewerSnapshots(database: Database, resolve: ResolveScope): ViewerSnapshots {
  const cache = new LRUCache<bigint, Scope>({ max: cachedScopesMax, ttl: cacheTtlMs });
  const outdated = Symbol('outdated');

  return {
    read: async (viewerUserId, context, work) => {
      for (let tryNumber = 1; tryNumber <= triesMax; tryNumber += 1) {
        const cached = cache.get(viewerUserId);
        const scope = cached ?? (await resolve(viewerUserId, context));
        if (!cached) cache.set(viewerUserId, scope);
        const result = await database.snapshot(context.signal, async (session) =>
          (await orgVersion(session)) === scope.orgVersion ? work(session, scope) : outdated,
        );
        if (result !== outdated) return result as Exclude<typeof result, symbol>;
        cache.delete(viewerUserId);
      }
      throw new DomainError('CONFLICT', 'the org kept changing during the read; retry');
    },
  };
}

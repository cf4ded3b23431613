import type { ScopeCache } from '@finance/cache';
import type { ResolveScope } from './scope-client.ts';

/** A question for one viewer; a service that needs longer is not asked at once for all of them. */
const questionTimeMaxMs = 5_000;

/** Keeps the scopes of named viewers at hand, so that their first page after a start or a reorg is as fast as others. */
export function warmScopes(scopes: ScopeCache, viewerUserIds: readonly bigint[], resolve: ResolveScope): Promise<void> {
  return scopes.keepWarm(viewerUserIds, (viewerUserId) =>
    resolve(viewerUserId, {
      signal: AbortSignal.timeout(questionTimeMaxMs),
      deadlineMs: Date.now() + questionTimeMaxMs,
      requestId: 'warm-up',
    }),
  );
}

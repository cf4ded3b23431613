import { DomainError, type Scope } from '@finance/domain';
import type { SqlSession } from '@finance/schema';
import { resolveScope } from '@finance/store';
import { storedFundIds } from './stored-fund-ids.ts';
import { viewerStates } from './viewer-state.ts';
import { visibleFundIds } from './visible-fund-ids.ts';

/** What the view has wrong for a viewer; both lists are empty when it is exact. */
export interface Inconsistency {
  readonly viewerUserId: bigint;
  /** Shown, though no longer visible to the viewer, or gone. In ascending order. */
  readonly shownWrongly: readonly bigint[];
  /** Visible, but not shown. Unordered. */
  readonly missing: readonly bigint[];
}

/** How a viewer's rows compare with the rule. */
export interface Comparison extends Inconsistency {
  /** Shown rightly. */
  readonly rightCount: number;
}

/** Compares the whole view with the rule in this snapshot; viewers for whom it is exact are left out. */
export async function findInconsistencies(session: SqlSession): Promise<Inconsistency[]> {
  const found: Inconsistency[] = [];
  for (const { viewerUserId } of await viewerStates(session)) {
    const scope = await scopeIfThere(session, viewerUserId);
    const { missing, shownWrongly } = await compareWithRule(session, viewerUserId, scope);
    if (shownWrongly.length + missing.length > 0) found.push({ viewerUserId, shownWrongly, missing });
  }
  return found;
}

/** Compares one viewer's rows. An admin needs none, and who is gone may see nothing. */
export async function compareWithRule(
  session: SqlSession,
  viewerUserId: bigint,
  scope: Scope | undefined,
): Promise<Comparison> {
  const missing = scope?.people ? await visibleFundIds(session, scope.people) : new Set<bigint>();
  const shownWrongly: bigint[] = [];
  let rightCount = 0;
  for await (const batch of storedFundIds(session, viewerUserId)) {
    for (const fundId of batch) {
      if (missing.delete(fundId)) rightCount += 1;
      else shownWrongly.push(fundId);
    }
  }
  return { viewerUserId, rightCount, shownWrongly, missing: [...missing] };
}

/** A viewer's scope; undefined when the viewer is gone. */
export async function scopeIfThere(session: SqlSession, viewerUserId: bigint): Promise<Scope | undefined> {
  try {
    return await resolveScope(session, viewerUserId);
  } catch (error) {
    if (error instanceof DomainError && error.reason === 'VIEWER_NOT_FOUND') return undefined;
    throw error;
  }
}

import { DomainError } from '@finance/domain';
import type { SqlSession } from '@finance/schema';
import type { PaginationStrategy } from '@finance/strategy-contract';
import { sql } from 'drizzle-orm';
import { adaptiveSql } from '../adaptive-sql/strategy.ts';
import { pageOfFunds } from '../shared/page-of-funds.ts';
import { pageFromView } from './page-from-view.ts';
import { isCurrent, viewerState } from './viewer-state.ts';

/**
 * Precomputed rows of viewer and fund, joined with the funds: exact, because it answers from the view only when nothing
 * was committed since the viewer's refresh (see {@link isCurrent}), and like adaptive-sql otherwise. Reading refreshes
 * nothing: a read would have to write, and wait for others that do.
 */
export const materializedView: PaginationStrategy<SqlSession> = {
  name: 'materialized-view',
  listFunds: async (session, request) => {
    const { people, viewerUserId } = request.scope;
    if (people === null) return pageOfFunds(session, sql`financial_funds f`, request);
    const state = await viewerState(session, viewerUserId);
    if (!state || !(await isCurrent(session, state))) return adaptiveSql.listFunds(session, request);
    const page = await pageFromView(session, request);
    // MySQL makes a commit visible a moment before its position is known.
    return (await isCurrent(session, state)) ? page : adaptiveSql.listFunds(session, request);
  },
};

/**
 * {@link materializedView} as the study has it: answers from the view however old it is, so that it may show what is
 * not permitted. For measurements only.
 * @throws DomainError CONSISTENCY_UNAVAILABLE for a viewer whom the view does not have
 */
export const staleMaterializedView: PaginationStrategy<SqlSession> = {
  name: 'materialized-view',
  listFunds: async (session, request) => {
    const { people, viewerUserId } = request.scope;
    if (people === null) return pageOfFunds(session, sql`financial_funds f`, request);
    if (await viewerState(session, viewerUserId)) return pageFromView(session, request);
    throw new DomainError(
      'CONSISTENCY_UNAVAILABLE',
      `the materialized view has no rows for viewer ${viewerUserId}; refresh it for this viewer first`,
      { viewer_user_id: String(viewerUserId) },
    );
  },
};

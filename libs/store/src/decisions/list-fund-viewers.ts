import type { BasisName, User } from '@finance/domain';
import type { SqlSession } from '@finance/schema';

/** Whose viewers, and which page of them. */
export interface FundViewersQuery {
  readonly fundId: bigint;
  /** Only viewers with a higher user id. */
  readonly after?: bigint | undefined;
  /** At least 1. */
  readonly pageSize: number;
}

/** Somebody who may see a fund. */
export interface FundViewer {
  readonly user: User;
  /** Bases on which the fund touches the viewer or, unless they are staff, somebody below them; in the rule's order. */
  readonly bases: readonly BasisName[];
}

/** A page of viewers. */
export interface FundViewerPage {
  /** By user id. */
  readonly viewers: readonly FundViewer[];
  readonly hasMore: boolean;
  /** Viewers on all pages. */
  readonly totalSize: number;
}

export async function listFundViewers(session: SqlSession, query: FundViewersQuery): Promise<FundViewerPage> {
  throw new Error(`${session.position} ${query.fundId}`);
}

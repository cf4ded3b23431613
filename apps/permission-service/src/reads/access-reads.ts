import type { FundViewerPage, FundViewersQuery } from '@finance/store';

/** Decisions in one state of the data. Ask once and at once: the state may move on. */
export interface AccessReads {
  /** Of the state, for consistency tokens. */
  readonly position: string;
  /** For each fund whether it exists and the viewer may see it. @throws DomainError VIEWER_NOT_FOUND */
  allowed(viewerUserId: bigint, fundIds: readonly bigint[]): Promise<boolean[]>;
  /** @throws DomainError FUND_NOT_FOUND */
  fundViewers(query: FundViewersQuery): Promise<FundViewerPage>;
}

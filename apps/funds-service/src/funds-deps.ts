import type { ConsistencyTokens, PageTokens } from '@finance/api';
import type { FundsService } from '@finance/contract/funds-service';
import type { Database } from '@finance/schema';
import type { ServiceHandlers } from '@finance/service-kit';
import type { FundReader } from './reads/fund-reader.ts';
import type { FullViewNames } from './responses/names-in-view.ts';
import type { ViewerSnapshots } from './viewer-snapshots.ts';

/** What the RPCs of this service are built from. */
export interface FundsDeps {
  readonly database: Database;
  readonly viewers: ViewerSnapshots;
  readonly reader: FundReader;
  readonly pageTokens: PageTokens;
  readonly consistency: ConsistencyTokens;
  readonly fullViewNames: FullViewNames;
}

/** Builds the implementation of one RPC. */
export type FundsRpc<Name extends keyof (typeof FundsService)['method']> = (
  deps: FundsDeps,
) => NonNullable<ServiceHandlers<typeof FundsService>[Name]>;

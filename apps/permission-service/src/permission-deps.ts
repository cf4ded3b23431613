import type { ConsistencyTokens, PageTokens } from '@finance/api';
import type { PermissionService } from '@finance/contract/permission-service';
import type { Database } from '@finance/schema';
import type { ServiceHandlers } from '@finance/service-kit';
import type { ChangeWatch } from './watch/change-watch.ts';
import type { ReadAccess } from './reads/access-reader.ts';

/** What the RPCs of this service are built from. */
export interface PermissionDeps {
  readonly database: Database;
  readonly readAccess: ReadAccess;
  readonly pageTokens: PageTokens;
  readonly consistency: ConsistencyTokens;
  /** Absent where changes are not watched. */
  readonly watch?: ChangeWatch | undefined;
}

/** Builds the implementation of one RPC. */
export type PermissionRpc<Name extends keyof (typeof PermissionService)['method']> = (
  deps: PermissionDeps,
) => NonNullable<ServiceHandlers<typeof PermissionService>[Name]>;

import type { PageTokens } from '@finance/api';
import type { Database } from '@finance/schema';

/** What the RPCs of the audit service are built from. */
export interface AuditDeps {
  readonly database: Database;
  readonly pageTokens: PageTokens;
}

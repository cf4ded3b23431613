import type { PageTokens } from '@finance/api';
import { AuditService } from '@finance/contract/audit-service';
import type { Database } from '@finance/schema';
import { defineService, type DefinedService } from '@finance/service-kit';
import { listAuditEntries } from './rpc/list-audit-entries.ts';

/** What the RPCs of the audit service are built from. */
export interface AuditServiceDeps {
  readonly database: Database;
  readonly pageTokens: PageTokens;
}

/** `finance.audit.v1.AuditService`: who asked what, what was decided and what was changed. */
export function createAuditService(deps: AuditServiceDeps): DefinedService {
  return defineService(AuditService, { listAuditEntries: listAuditEntries(deps) });
}

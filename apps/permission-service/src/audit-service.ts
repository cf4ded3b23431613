import { AuditService } from '@finance/contract/audit-service';
import { defineService, type DefinedService } from '@finance/service-kit';
import type { AuditDeps } from './audit-deps.ts';
import { listAuditEntries } from './rpc/list-audit-entries.ts';

/** `finance.audit.v1.AuditService`: who asked what, what was decided and what was changed. */
export function createAuditService(deps: AuditDeps): DefinedService {
  return defineService(AuditService, { listAuditEntries: listAuditEntries(deps) });
}

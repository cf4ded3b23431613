import type { AuditService } from '@finance/contract/audit-service';
import type { FundsService } from '@finance/contract/funds-service';
import type { Health } from '@finance/contract/grpc-health';
import type { PermissionService } from '@finance/contract/permission-service';
import type { DescMethod } from '@bufbuild/protobuf';
import type { Capability } from './caller.ts';

/** What an RPC asks of its caller. */
export type Requirement =
  /** Nothing, not even a credential. */
  | 'open'
  /** Any credential. */
  | 'known'
  /** One of these capabilities. */
  | { readonly anyOf: readonly Capability[] }
  /** `act-as-self` when the request's field holds the caller's own user id, else one of these. */
  | { readonly ownField: 'viewerUserId' | 'userId'; readonly anyOf: readonly Capability[] };

/** On behalf of a viewer. */
const asViewer = { ownField: 'viewerUserId', anyOf: ['act-as-any-viewer'] } as const;
const writeFunds = { anyOf: ['write-funds'] } as const;
const writeOrg = { anyOf: ['write-org'] } as const;
const writeAssignments = { anyOf: ['write-assignments'] } as const;

type RequirementsOf<Service extends { readonly method: object }> = Readonly<
  Record<keyof Service['method'], Requirement>
>;

const fundsService: RequirementsOf<typeof FundsService> = {
  listFunds: asViewer,
  getFund: asViewer,
  batchGetFunds: asViewer,
  summarizeFunds: asViewer,
  exportFunds: asViewer,
  listCustomerOrders: asViewer,
  createFund: writeFunds,
  updateFund: writeFunds,
  deleteFund: writeFunds,
};

const permissionService: RequirementsOf<typeof PermissionService> = {
  checkAccess: asViewer,
  batchCheckAccess: asViewer,
  explainAccess: asViewer,
  resolveScope: asViewer,
  listSubordinates: { ownField: 'userId', anyOf: ['act-as-any-viewer', 'write-org'] },
  getUser: { ownField: 'userId', anyOf: ['act-as-any-viewer', 'write-org', 'write-assignments', 'read-audit'] },
  listUsers: { anyOf: ['act-as-any-viewer', 'write-org', 'write-assignments', 'read-audit'] },
  // The auditor's question; who may act as everybody could answer it one viewer after the other.
  listFundViewers: { anyOf: ['read-audit', 'act-as-any-viewer'] },
  // Tells of everybody's place and work.
  watchChanges: { anyOf: ['act-as-any-viewer'] },
  createUser: writeOrg,
  updateUser: writeOrg,
  moveUser: writeOrg,
  assignOrder: writeAssignments,
  assignCustomer: writeAssignments,
};

const auditService: RequirementsOf<typeof AuditService> = { listAuditEntries: { anyOf: ['read-audit'] } };

const health: RequirementsOf<typeof Health> = { check: 'open', list: 'open', watch: 'open' };

const byService: Readonly<Record<string, Readonly<Record<string, Requirement>>>> = {
  'finance.audit.v1.AuditService': auditService,
  'finance.funds.v1.FundsService': fundsService,
  'finance.permission.v1.PermissionService': permissionService,
  'grpc.health.v1.Health': health,
  'grpc.reflection.v1.ServerReflection': { serverReflectionInfo: 'known' },
  'grpc.reflection.v1alpha.ServerReflection': { serverReflectionInfo: 'known' },
};

/** Of pages such as `/metrics`: a scraper needs nothing else, and nobody else needs them. */
export const pageRequirement: Requirement = { anyOf: ['read-metrics'] };

/** The one table of who may call what. Throws for an RPC that is not in it: such a one is not served. */
export function requirementOf(method: DescMethod): Requirement {
  const requirement = byService[method.parent.typeName]?.[method.localName];
  if (requirement === undefined) {
    throw new Error(`${method.parent.typeName}/${method.name} is not in rpc-requirements.ts: say who may call it`);
  }
  return requirement;
}

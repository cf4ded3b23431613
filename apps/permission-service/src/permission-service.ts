import { PermissionService } from '@finance/contract/permission-service';
import { defineService, type DefinedService } from '@finance/service-kit';
import type { PermissionDeps } from './permission-deps.ts';
import { assignCustomer } from './rpc/assign-customer.ts';
import { assignOrder } from './rpc/assign-order.ts';
import { batchCheckAccess } from './rpc/batch-check-access.ts';
import { checkAccess } from './rpc/check-access.ts';
import { createUser } from './rpc/create-user.ts';
import { explainAccess } from './rpc/explain-access.ts';
import { getUser } from './rpc/get-user.ts';
import { listFundViewers } from './rpc/list-fund-viewers.ts';
import { listSubordinates } from './rpc/list-subordinates.ts';
import { listUsers } from './rpc/list-users.ts';
import { moveUser } from './rpc/move-user.ts';
import { resolveScope } from './rpc/resolve-scope.ts';
import { updateUser } from './rpc/update-user.ts';
import { watchChanges } from './rpc/watch-changes.ts';

/** `finance.permission.v1.PermissionService`: org, scopes, decisions; writes of the org and of assignments. */
export function createPermissionService(deps: PermissionDeps): DefinedService {
  return defineService(PermissionService, {
    assignCustomer: assignCustomer(deps),
    assignOrder: assignOrder(deps),
    batchCheckAccess: batchCheckAccess(deps),
    checkAccess: checkAccess(deps),
    createUser: createUser(deps),
    explainAccess: explainAccess(deps),
    getUser: getUser(deps),
    listFundViewers: listFundViewers(deps),
    listSubordinates: listSubordinates(deps),
    listUsers: listUsers(deps),
    moveUser: moveUser(deps),
    resolveScope: resolveScope(deps),
    updateUser: updateUser(deps),
    ...(deps.watch && { watchChanges: watchChanges({ ...deps, watch: deps.watch }) }),
  });
}

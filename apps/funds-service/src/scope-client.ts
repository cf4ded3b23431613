import { PermissionService } from '@finance/contract/permission-service';
import { roleFromProto } from '@finance/api';
import { createClient, type Transport } from '@connectrpc/connect';
import type { Scope } from '@finance/domain';
import { callOptions, withDomainErrors, type RpcContext } from '@finance/service-kit';

/** Asks permission-service what a viewer may see. @throws DomainError VIEWER_NOT_FOUND and those of the call */
export type ResolveScope = (viewerUserId: bigint, context: RpcContext) => Promise<Scope>;

/** Scopes over gRPC, or in process when the transport is. */
export function createScopeClient(transport: Transport): ResolveScope {
  const client = createClient(PermissionService, transport);
  return async (viewerUserId, context) => {
    const answer = await withDomainErrors(client.resolveScope({ viewerUserId }, callOptions(context)));
    return {
      viewerUserId,
      role: roleFromProto(answer.role, 'role'),
      people: answer.seesEverything ? null : { left: Number(answer.treeLeft), right: Number(answer.treeRight) },
      subordinateCount: Number(answer.subordinateCount),
      orgVersion: answer.orgVersion,
    };
  };
}

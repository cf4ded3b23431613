import { PermissionService } from '@finance/contract/permission-service';
import { roleFromProto } from '@finance/api';
import type { ScopeEntry } from '@finance/cache';
import { createClient, type Transport } from '@connectrpc/connect';
import { DomainError } from '@finance/domain';
import { callOptions, withDomainErrors, type RpcContext } from '@finance/service-kit';

/** What of a call is passed on to permission-service. */
export type ScopeContext = Pick<RpcContext, 'signal' | 'deadlineMs' | 'requestId'>;

/**
 * Asks permission-service what a viewer may see, or whether there is none; either is as of an org version.
 * @throws DomainError those of the call
 */
export type ResolveScope = (viewerUserId: bigint, context: ScopeContext) => Promise<ScopeEntry>;

/** An instance that is being replaced may drop a call; asked once more, another one answers. */
const isAway = (error: unknown): boolean => error instanceof DomainError && error.reason === 'DEPENDENCY_UNAVAILABLE';

/** Scopes over gRPC, or in process when the transport is. */
export function createScopeClient(transport: Transport): ResolveScope {
  const client = createClient(PermissionService, transport);
  return async (viewerUserId, context) => {
    try {
      const ask = () => withDomainErrors(client.resolveScope({ viewerUserId }, callOptions(context)));
      const answer = await ask().catch((error: unknown) => {
        if (!isAway(error) || context.signal.aborted) throw error;
        return ask();
      });
      const { orgVersion } = answer;
      const scope = {
        viewerUserId,
        role: roleFromProto(answer.role, 'role'),
        people: answer.seesEverything ? null : { left: Number(answer.treeLeft), right: Number(answer.treeRight) },
        subordinateCount: Number(answer.subordinateCount),
        orgVersion,
      };
      return { viewerUserId, orgVersion, scope };
    } catch (error) {
      if (!(error instanceof DomainError) || error.reason !== 'VIEWER_NOT_FOUND') throw error;
      const orgVersion = error.metadata['org_version'];
      if (orgVersion === undefined) throw error;
      return { viewerUserId, orgVersion: BigInt(orgVersion), scope: null };
    }
  };
}

import type { Message } from '@bufbuild/protobuf';
import { DomainError } from '@finance/domain';
import type { DefinedService, ServedMethod } from '../define-service.ts';
import type { RpcContext } from '../rpc-context.ts';
import type { Caller, Capability } from './caller.ts';
import { requirementOf } from './rpc-requirements.ts';
import type { Requirement } from './rpc-requirements.ts';

/** Checks what is known before the request is read. @throws DomainError CAPABILITY_MISSING */
export function checkCapability(caller: Caller, requirement: Requirement): void {
  if (typeof requirement === 'string') return;
  if ('ownField' in requirement && caller.capabilities.has('act-as-self')) return;
  if (!hasAny(caller, requirement.anyOf)) throw capabilityMissing(requirement);
}

/** The service with handlers that a caller who acts as itself reaches only with its own user id. */
export function ownViewersOnly({ desc, methods }: DefinedService): DefinedService {
  return { desc, methods: methods.map(ownViewerOnly) };
}

function ownViewerOnly(method: ServedMethod): ServedMethod {
  const requirement = requirementOf(method.desc);
  if (typeof requirement === 'string' || !('ownField' in requirement)) return method;
  const { ownField, anyOf } = requirement;
  const check = (request: Message, caller: Caller) => {
    if (hasAny(caller, anyOf)) return;
    const asked: unknown = Reflect.get(request, ownField);
    if (caller.userId === undefined || asked !== caller.userId) throw capabilityMissing(requirement);
  };
  if (method.kind === 'unary') {
    const { handle } = method;
    return {
      ...method,
      handle: (request: Message, context: RpcContext) => (check(request, context.caller), handle(request, context)),
    };
  }
  if (method.kind === 'server_streaming') {
    const { handle } = method;
    return {
      ...method,
      handle: (request: Message, context: RpcContext) => (check(request, context.caller), handle(request, context)),
    };
  }
  throw new Error(`${method.desc.name}: a stream of requests has no one viewer`);
}

function hasAny({ capabilities }: Caller, anyOf: readonly Capability[]): boolean {
  return anyOf.some((capability) => capabilities.has(capability));
}

function capabilityMissing(requirement: Exclude<Requirement, string>): DomainError {
  const capability = requirement.anyOf.join(' or ');
  const own = 'ownField' in requirement ? ', or act-as-self and a request for the own user id' : '';
  return new DomainError('CAPABILITY_MISSING', `this credential may not do that: it takes ${capability}${own}`, {
    capability,
  });
}

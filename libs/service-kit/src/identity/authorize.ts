import type { DescMethod, Message } from '@bufbuild/protobuf';
import { DomainError } from '@finance/domain';
import type { Caller, Capability } from './caller.ts';
import { requirementOf } from './rpc-requirements.ts';
import type { Requirement } from './rpc-requirements.ts';

/** CAPABILITY_MISSING, as far as it shows before the request is read; undefined for a caller who may go on. */
export function capabilityRefusal(caller: Caller, requirement: Requirement): DomainError | undefined {
  if (typeof requirement === 'string') return undefined;
  if ('ownField' in requirement && caller.capabilities.has('act-as-self')) return undefined;
  return hasAny(caller, requirement.anyOf) ? undefined : capabilityMissing(requirement);
}

/** Looks whether a caller who acts as itself asks for its own user id; else CAPABILITY_MISSING. */
export type OwnViewerCheck = (request: Message, caller: Caller) => DomainError | undefined;

/** The check of a method; undefined for one that has no viewer. */
export function ownViewerCheck(method: DescMethod): OwnViewerCheck | undefined {
  const requirement = requirementOf(method);
  if (typeof requirement === 'string' || !('ownField' in requirement)) return undefined;
  const { ownField, anyOf } = requirement;
  return (request, caller) => {
    if (hasAny(caller, anyOf)) return undefined;
    const asked: unknown = Reflect.get(request, ownField);
    return caller.userId !== undefined && asked === caller.userId ? undefined : capabilityMissing(requirement);
  };
}

/** For whom a call decides: the user whom its request names, else the caller's own; null for a service that names nobody. */
export function viewerOf(method: DescMethod, request: Message, { userId }: Caller): bigint | null {
  const requirement = requirementOf(method);
  const named: unknown =
    typeof requirement === 'object' && 'ownField' in requirement
      ? Reflect.get(request, requirement.ownField)
      : undefined;
  return typeof named === 'bigint' ? named : (userId ?? null);
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

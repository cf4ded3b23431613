import type { DescMethod } from '@bufbuild/protobuf';
import { DomainError, type CallRecorder } from '@finance/domain';
import type { DefinedService } from '../define-service.ts';
import type { Admission } from '../limits/admission.ts';
import type { InfrastructureStreams } from '../limits/infrastructure-streams.ts';
import type { Release } from '../limits/release.ts';
import { peerAddress, type Authenticator, type Presented } from './authenticator.ts';
import { capabilityRefusal } from './authorize.ts';
import type { Caller } from './caller.ts';
import { requirementOf } from './rpc-requirements.ts';
import type { Requirement } from './rpc-requirements.ts';

/** A call that may go on. */
export interface Admitted {
  readonly caller: Caller;
  /**
   * To be called when all of the request is there: takes the call's place. What it returns gives the place back.
   * @throws DomainError OVERLOADED
   */
  readonly enter: () => Release;
}

/** A call before the gate. */
export interface Arriving extends Presented {
  readonly requestId: string;
}

/**
 * What every call passes before anything of its request is read: who calls, whether they may, whether there
 * is room. Room is taken when the request is there.
 * @throws DomainError CREDENTIAL_INVALID, CAPABILITY_MISSING, ORIGIN_REFUSED, IDENTITY_UNAVAILABLE, OVERLOADED or
 * RATE_LIMITED
 */
export type Gate = (method: DescMethod, arriving: Arriving) => Admitted | Promise<Admitted>;

const stranger: Caller = { subject: 'unknown', userId: undefined, capabilities: new Set() };
const nothing = () => undefined;

/** Whose credential proved nobody. */
export const nobody = { subject: '', userId: undefined } as const;

/**
 * Throws when a method of the services is not in the table of requirements.
 * @param calls puts on record who was turned away for who they are; for want of room, metrics tell
 */
export function createGate(
  services: readonly DefinedService[],
  identity: Authenticator,
  admission: Admission,
  infrastructure: InfrastructureStreams,
  calls?: Pick<CallRecorder, 'refuse'>,
): Gate {
  const requirements = new Map(
    services.flatMap(({ methods }) =>
      methods.map(({ desc }): [DescMethod, Requirement] => [desc, requirementOf(desc)]),
    ),
  );
  const refuse = (
    method: DescMethod,
    arriving: Arriving,
    { subject: caller, userId }: Pick<Caller, 'subject' | 'userId'>,
    error: unknown,
  ): Promise<never> => {
    const { requestId, socket } = arriving;
    const rpc = `${method.parent.typeName}/${method.name}`;
    const viewerUserId = userId ?? null;
    const facts = { caller, callerAddress: peerAddress(socket), requestId, rpc, viewerUserId, argumentsHash: '' };
    const recorded = calls?.refuse(facts, error instanceof DomainError ? error.reason : 'INTERNAL');
    if (recorded === undefined) throw error;
    return recorded.then(() => {
      throw error;
    });
  };
  // Answering them costs less than deciding whether to; what lasts is counted.
  const admitToInfrastructure = (caller: Caller, { methodKind }: DescMethod, { socket }: Arriving): Admitted => {
    if (methodKind === 'unary') return { caller, enter: () => nothing };
    infrastructure.checkRoom(socket);
    return { caller, enter: () => infrastructure.enter(socket) };
  };
  return (method, arriving) => {
    const requirement = requirements.get(method) ?? requirementOf(method);
    if (requirement === 'open') return admitToInfrastructure(stranger, method, arriving);
    const admit = (caller: Caller): Admitted | Promise<Admitted> => {
      const refusal = capabilityRefusal(caller, requirement);
      if (refusal !== undefined) return refuse(method, arriving, caller, refusal);
      if (requirement === 'known') return admitToInfrastructure(caller, method, arriving);
      const arrived = admission.arrive(caller, method);
      const admitted = { caller, enter: () => admission.enter(caller, method) };
      return arrived === undefined ? admitted : arrived.then(() => admitted);
    };
    const refuseStranger = (error: unknown): Promise<never> => refuse(method, arriving, nobody, error);
    let caller: Caller | Promise<Caller>;
    try {
      caller = identity.authenticate(arriving);
    } catch (error) {
      return refuseStranger(error);
    }
    return caller instanceof Promise ? caller.then(admit, refuseStranger) : admit(caller);
  };
}

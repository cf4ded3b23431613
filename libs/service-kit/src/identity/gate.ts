import type { DescMethod } from '@bufbuild/protobuf';
import type { DefinedService } from '../define-service.ts';
import type { Admission, Release } from '../limits/admission.ts';
import type { Authenticator, Presented } from './authenticator.ts';
import { checkCapability } from './authorize.ts';
import type { Caller } from './caller.ts';
import { requirementOf } from './rpc-requirements.ts';
import type { Requirement } from './rpc-requirements.ts';

/** A call that may go on. */
export interface Admitted {
  readonly caller: Caller;
  /** To be called when the call has ended, however it did. */
  readonly release: Release;
}

/**
 * What every call passes before anything of its request is read: who calls, whether they may, whether there is room.
 * @throws DomainError CREDENTIAL_INVALID, CAPABILITY_MISSING, IDENTITY_UNAVAILABLE, OVERLOADED or RATE_LIMITED
 */
export type Gate = (method: DescMethod, presented: Presented) => Admitted | Promise<Admitted>;

const stranger: Admitted = {
  caller: { subject: 'unknown', userId: undefined, capabilities: new Set() },
  release: () => undefined,
};

/** Throws when a method of the services is not in the table of requirements. */
export function createGate(services: readonly DefinedService[], identity: Authenticator, admission: Admission): Gate {
  const requirements = new Map(
    services.flatMap(({ methods }) =>
      methods.map(({ desc }): [DescMethod, Requirement] => [desc, requirementOf(desc)]),
    ),
  );
  return (method, presented) => {
    const requirement = requirements.get(method) ?? requirementOf(method);
    if (requirement === 'open') return stranger;
    const admit = (caller: Caller) => {
      checkCapability(caller, requirement);
      // Reflection is small and unbounded in time like a person at a console; connections and streams bound it.
      if (requirement === 'known') return { caller, release: stranger.release };
      const release = admission.admit(caller, method);
      return release instanceof Promise ? release.then((done) => ({ caller, release: done })) : { caller, release };
    };
    const caller = identity.authenticate(presented);
    return caller instanceof Promise ? caller.then(admit) : admit(caller);
  };
}

import { DomainError, type CallRecorder } from '@finance/domain';
import { requestIdFrom, requestIdHeader } from '../request-id.ts';
import { peerAddress, type Authenticator, type Presented } from './authenticator.ts';
import { capabilityRefusal } from './authorize.ts';
import type { Caller } from './caller.ts';
import { nobody } from './gate.ts';
import { pageRequirement } from './rpc-requirements.ts';

/**
 * What everybody passes who wants a page with the figures of the process.
 * @throws DomainError CREDENTIAL_INVALID, CAPABILITY_MISSING, ORIGIN_REFUSED or IDENTITY_UNAVAILABLE
 */
export type PageGate = (presented: Presented, path: string) => Promise<void>;

/** Scrapers come every few seconds: who reads a page is on record at first, then once in this time. */
const recordEveryMs = 3_600_000;
/** Readers of pages that are remembered. */
const readersMax = 1_000;

/** @param calls puts on record who was turned away and who reads which page; without it, the log tells of refusals */
export function createPageGate(identity: Authenticator, calls?: CallRecorder): PageGate {
  const recordedMs = new Map<string, number>();
  const factsOf = ({ headers, socket }: Presented, rpc: string, { subject, userId }: typeof nobody | Caller) => ({
    caller: subject,
    callerAddress: peerAddress(socket),
    requestId: requestIdFrom(headers[requestIdHeader]),
    rpc,
    viewerUserId: userId ?? null,
    argumentsHash: '',
  });
  const refused = async (presented: Presented, path: string, caller: typeof nobody | Caller, error: unknown) => {
    await calls?.refuse(factsOf(presented, path, caller), error instanceof DomainError ? error.reason : 'INTERNAL');
    throw error;
  };
  return async (presented, path) => {
    let caller: Caller;
    try {
      caller = await identity.authenticate(presented);
    } catch (error) {
      return refused(presented, path, nobody, error);
    }
    const refusal = capabilityRefusal(caller, pageRequirement);
    if (refusal !== undefined) return refused(presented, path, caller, refusal);
    const key = `${path} ${caller.subject}`;
    if (calls === undefined || performance.now() - (recordedMs.get(key) ?? -Infinity) < recordEveryMs) return;
    const result = { outcome: 'OK', resultCount: null, totalSize: null, strategy: '', position: '' };
    if (recordedMs.size >= readersMax) recordedMs.clear();
    recordedMs.set(key, performance.now());
    // The page is needed most while nothing can be written; then one of the next readings is recorded.
    calls
      .begin(factsOf(presented, path, caller))
      .end(result)
      .catch(() => recordedMs.delete(key));
  };
}

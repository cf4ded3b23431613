import type { Consistency } from '@finance/contract/consistency';
import { DomainError, invalidField, type Freshness } from '@finance/domain';
import type { Sealer } from '@finance/service-kit';
import { positionBytes, positionFromBytes } from './position-bytes.ts';

/** What can say whether it has reached a position; a database is one. */
export interface Positioned {
  readonly dialect: { readonly name: string };
  hasReached(signal: AbortSignal, position: string): Promise<boolean | undefined>;
}

const purpose = 'consistency-token';

/** The live index may see a commit, and give out its position, a moment before the database publishes it. */
const reachWaitMs = 100;
const reachPauseMs = 5;

/** Seals and honours consistency tokens for one source. */
export interface ConsistencyTokens {
  /** The token of a position of the source. */
  seal(position: string): string;
  /** The source and position of a token of ours, as `mysql:<GTID set>`; undefined for anything else. */
  positionOf(token: string): string | undefined;
  /** The source's position in a token; empty where nobody knew it. @throws DomainError CONSISTENCY_TOKEN_INVALID that names the request's field */
  positionAfter(token: string, field: string): string;
  /** How fresh an answer a request asks for. @throws DomainError FIELD_INVALID, CONSISTENCY_TOKEN_INVALID */
  parse(consistency: Consistency | undefined): Freshness;
  /**
   * Returns when the source can answer that freshly. The source is the primary database, which is always fully
   * consistent; only a token has to be compared.
   * @throws DomainError HISTORY_CHANGED, CONSISTENCY_UNAVAILABLE
   */
  reach(freshness: Freshness, signal: AbortSignal): Promise<void>;
}

export function createConsistencyTokens(sealer: Sealer, source: Positioned): ConsistencyTokens {
  const prefix = `${source.dialect.name}:`;
  // Many answers in a row are of one position.
  let lastSealed: { readonly position: string; readonly token: string } | undefined;
  const positionOf = (token: string): string | undefined => {
    // The audit trail asks about the token of each answer.
    if (token === lastSealed?.token) return prefix + lastSealed.position;
    const content = sealer.open(purpose, token);
    return content && positionFromBytes(content);
  };
  const positionAfter = (token: string, field: string): string => {
    const position = positionOf(token);
    if (!position?.startsWith(prefix)) throw tokenInvalid(field);
    return position.slice(prefix.length);
  };
  const parse = (consistency: Consistency | undefined): Freshness => {
    const requirement = consistency?.requirement;
    if (requirement === undefined || requirement.case === undefined) return { kind: 'latest' };
    if (requirement.case !== 'atLeastAsFresh') {
      const any = requirement.case === 'minimizeLatency';
      if (!requirement.value) {
        const field = any ? 'consistency.minimize_latency' : 'consistency.fully_consistent';
        throw invalidField(field, 'must not be false; leave it out', 'FIELD_INVALID', { value: false });
      }
      return { kind: any ? 'any' : 'latest' };
    }
    // A position inside of a transaction ends in `+` and how much of it is meant; a read shows all of it.
    const [position = ''] = positionAfter(requirement.value, freshnessField).split('+');
    // A write lost its connection right after its commit: what is newest includes it.
    return position === '' ? { kind: 'latest' } : { kind: 'at-least', position };
  };
  const reach = async (freshness: Freshness, signal: AbortSignal): Promise<void> => {
    if (freshness.kind !== 'at-least') return;
    const endsAt = performance.now() + reachWaitMs;
    let reached = await source.hasReached(signal, freshness.position);
    while (reached === false && performance.now() < endsAt) {
      await new Promise((resolve) => setTimeout(resolve, reachPauseMs));
      reached = await source.hasReached(signal, freshness.position);
    }
    if (reached === undefined) throw historyChanged(freshnessField);
    if (!reached) {
      throw new DomainError(
        'CONSISTENCY_UNAVAILABLE',
        'the database has not reached the position of the token; retry, or ask without the token',
      );
    }
  };
  return {
    seal: (position) => {
      if (lastSealed?.position !== position) {
        lastSealed = { position, token: sealer.seal(purpose, positionBytes(prefix + position)) };
      }
      return lastSealed.token;
    },
    positionOf,
    positionAfter,
    parse,
    reach,
  };
}

const freshnessField = 'consistency.at_least_as_fresh';

/** For a token of what the database has lost, which it never reaches again. */
export const historyChanged = (field: string, options?: ErrorOptions): DomainError =>
  new DomainError(
    'HISTORY_CHANGED',
    'the database has lost what this token is of: it was restored, reset, replaced, or failed over with losses; load again what you keep, and drop older tokens',
    { field },
    options,
  );

const tokenInvalid = (field: string): DomainError =>
  new DomainError(
    'CONSISTENCY_TOKEN_INVALID',
    `${field} is not one of our tokens; take it unchanged from an earlier answer`,
    { field },
  );

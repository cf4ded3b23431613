import type { Consistency } from '@finance/contract/consistency';
import { DomainError, invalidField } from '@finance/domain';
import type { Sealer } from '@finance/service-kit';

/** What can say whether it has reached a position; a database is one. */
export interface Positioned {
  readonly dialect: { readonly name: string };
  hasReached(signal: AbortSignal, position: string): Promise<boolean | undefined>;
}

const purpose = 'consistency-token';

/** Seals and honours consistency tokens for one source. */
export interface ConsistencyTokens {
  /** The token of a position of the source. */
  seal(position: string): string;
  /**
   * Returns when the source can answer as freshly as asked. The source is the primary database, which is always fully
   * consistent; only a token has to be compared.
   * @throws DomainError FIELD_INVALID, CONSISTENCY_TOKEN_INVALID, CONSISTENCY_UNAVAILABLE
   */
  require(consistency: Consistency | undefined, signal: AbortSignal): Promise<void>;
}

export function createConsistencyTokens(sealer: Sealer, source: Positioned): ConsistencyTokens {
  const prefix = `${source.dialect.name}:`;
  return {
    seal: (position) => sealer.seal(purpose, new TextEncoder().encode(prefix + position)),
    require: async (consistency, signal) => {
      const requirement = consistency?.requirement;
      if (requirement === undefined || requirement.case === undefined) return;
      if (requirement.case !== 'atLeastAsFresh') {
        if (!requirement.value) throw invalidField('consistency', 'must not set a requirement to false; leave it out');
        return;
      }
      const content = sealer.open(purpose, requirement.value);
      const position = content && new TextDecoder().decode(content);
      const reached = position?.startsWith(prefix)
        ? await source.hasReached(signal, position.slice(prefix.length))
        : undefined;
      if (reached === undefined) {
        throw new DomainError(
          'CONSISTENCY_TOKEN_INVALID',
          'consistency.at_least_as_fresh is not one of our tokens; take it unchanged from an earlier answer',
          { field: 'consistency.at_least_as_fresh' },
        );
      }
      if (!reached) {
        throw new DomainError(
          'CONSISTENCY_UNAVAILABLE',
          'the database has not reached the position of the token; it may have been restored, so drop older tokens',
        );
      }
    },
  };
}

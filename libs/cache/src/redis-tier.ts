import { createHmac } from 'node:crypto';
import { circuitBreaker, CircuitState, ConsecutiveBreaker, handleAll } from 'cockatiel';
import { createEntryCodec, sealedCharsMax } from './entry-codec.ts';
import { connectRedis } from './redis-connection.ts';
import type { SharedTier } from './shared-tier.ts';

/** How to reach a Redis, and what its values are bound to. */
export interface RedisTierOptions {
  /** `redis://` or `rediss://`, with password. */
  readonly url: string;
  /** Authenticates values; instances with another one never meet. */
  readonly secret: Buffer;
  /** Of the database: tenants on one Redis never meet. */
  readonly databaseIdentity: string;
  readonly ttlMs: number;
  /** Told when another instance has seen an org version. */
  readonly onAnnounced: (orgVersion: bigint) => void;
}

/** After so many faults in a row nobody asks Redis any more until one question, a second later, is answered. */
const faultsMax = 3;
const retryAfterMs = 1_000;

/** Scopes in Redis. It connects in the background, and again after a loss; until then it holds nothing. */
export function createRedisTier({ url, secret, databaseIdentity, ttlMs, onAnnounced }: RedisTierOptions): SharedTier {
  const codec = createEntryCodec(secret);
  const tenant = createHmac('sha256', secret).update(`tenant:${databaseIdentity}`).digest('base64url').slice(0, 22);
  const keyOf = (viewerUserId: bigint, orgVersion: bigint): string =>
    `finance:${tenant}:scope:${orgVersion}:${viewerUserId}`;
  const channel = `finance:${tenant}:org-version`;
  let errors = 0;
  let rejected = 0;

  const onMessage = (text: string): void => {
    const orgVersion = codec.openVersion(channel, text);
    if (orgVersion === undefined) rejected += 1;
    else onAnnounced(orgVersion);
  };
  const redis = connectRedis(url, channel, onMessage, () => (errors += 1));
  const policy = circuitBreaker(handleAll, {
    halfOpenAfter: retryAfterMs,
    breaker: new ConsecutiveBreaker(faultsMax),
  });
  policy.onBreak(() => redis.reset());
  /** What a question brought, or undefined when it failed; nobody waits for another one's trial. */
  const ask = async <T>(question: () => Promise<T>): Promise<T | undefined> => {
    if (policy.state === CircuitState.HalfOpen) return undefined;
    try {
      return await policy.execute(question);
    } catch {
      errors += 1;
      return undefined;
    }
  };

  return {
    get: (viewerUserId, orgVersion) =>
      ask(async () => {
        const key = keyOf(viewerUserId, orgVersion);
        // Not GET: whatever somebody has put there, this much of it is read.
        const text = await redis.send((client) => client.getRange(key, 0, sealedCharsMax));
        if (!text) return undefined;
        const entry = codec.open(key, text, Date.now());
        if (entry) return entry;
        rejected += 1;
        throw new Error('not what was written there');
      }),
    set: (entry) => {
      const key = keyOf(entry.viewerUserId, entry.orgVersion);
      const text = codec.seal(key, entry, Date.now() + ttlMs);
      const expiration = { type: 'PX', value: ttlMs } as const;
      void ask(() => redis.send((client) => client.set(key, text, { expiration })));
    },
    announce: (orgVersion) => {
      const text = codec.sealVersion(channel, orgVersion);
      void ask(() => redis.send((client) => client.publish(channel, text)));
    },
    get errors() {
      return errors;
    },
    get rejected() {
      return rejected;
    },
    close: async () => redis.close(),
  };
}

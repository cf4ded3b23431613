import { randomBytes } from 'node:crypto';
import { createRedisTier, createScopeCache, scopeTtlMs, type ScopeCache } from '@finance/cache';
import { databaseIdentity, type Database } from '@finance/schema';

/** Where scopes are cached besides this process's memory. */
export interface ScopeCacheOptions {
  /** Undefined: nowhere. */
  readonly redisUrl: string | undefined;
  /** Shared by all instances, or else they do not believe each other's entries. */
  readonly secret: Buffer | undefined;
  readonly database: Database;
}

/** Opens the cache of scopes. A Redis that is away is not an error, here or later. */
export async function openScopeCache({ redisUrl, secret, database }: ScopeCacheOptions): Promise<ScopeCache> {
  if (redisUrl === undefined) return createScopeCache();
  const identity = await databaseIdentity(database, new AbortController().signal);
  return createScopeCache((onAnnounced) =>
    createRedisTier({
      url: redisUrl,
      secret: secret ?? randomBytes(32),
      databaseIdentity: identity,
      ttlMs: scopeTtlMs,
      onAnnounced,
    }),
  );
}

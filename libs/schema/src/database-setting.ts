import { z } from 'zod';
import { parseDatabaseUrl, type DatabaseTarget } from './database-url.ts';

/** A database that others can open, too. */
type SharedTarget = Exclude<DatabaseTarget, { engine: 'memory' }>;

/** The setting DATABASE_URL, the same for every program that opens a database. */
export const databaseSetting = {
  schema: z.string().transform((text, context): DatabaseTarget => {
    try {
      return parseDatabaseUrl(text);
    } catch (error) {
      context.addIssue(error instanceof Error ? error.message : String(error));
      return z.NEVER;
    }
  }),
  default: parseDatabaseUrl('sqlite:var/finance.db'),
  description:
    'Where the data is: sqlite:<file> (relative to the checkout), mysql://user:password@host:port/database, or memory: (generated, gone at the end). Default sqlite:var/finance.db.',
  secret: true,
  example: 'mysql://finance:secret@127.0.0.1:3306/finance',
} as const;

/** The setting DATABASE_URL of programs that share a database with others. */
export const sharedDatabaseSetting = {
  ...databaseSetting,
  schema: databaseSetting.schema.transform((target, context): SharedTarget => {
    if (target.engine !== 'memory') return target;
    context.addIssue('memory: is only for `npm start`; two services need a shared database');
    return z.NEVER;
  }),
} as const;

/** The setting DATABASE_REPLICA_URLS of programs that can read from replicas. */
export const replicasSetting = {
  schema: z.string().transform((text, context): readonly SharedTarget[] => {
    try {
      const targets = text.split(',').map((part) => parseDatabaseUrl(part.trim()));
      const shared = targets.filter((target) => target.engine !== 'memory');
      if (shared.length === targets.length) return shared;
      context.addIssue('must not name memory:');
    } catch (error) {
      context.addIssue(error instanceof Error ? error.message : String(error));
    }
    return z.NEVER;
  }),
  default: [] as readonly SharedTarget[],
  description:
    'Replicas of DATABASE_URL, a comma list. A read that asks for minimize_latency, or for a position that a replica has reached, may be answered from one.',
  secret: true,
  example: 'mysql://finance:secret@127.0.0.1:3307/finance',
} as const;

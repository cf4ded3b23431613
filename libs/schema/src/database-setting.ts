import { z } from 'zod';
import { parseDatabaseUrl, type DatabaseTarget } from './database-url.ts';

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

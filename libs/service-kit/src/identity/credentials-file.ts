import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { StartupError } from '../startup-error.ts';
import { capabilities, subjectPattern, userIdFrom } from './caller.ts';
import type { Caller } from './caller.ts';

/** Who may call, and how they prove who they are. */
export interface Credential extends Caller {
  /** SHA-256 of each key; two while one replaces the other. */
  readonly keyHashes: readonly Buffer[];
  /** Names in client certificates: `URI:…` or `DNS:…`. */
  readonly certificateNames: readonly string[];
}

const entrySchema = z
  .strictObject({
    subject: z.string().regex(subjectPattern, 'must be 1 to 100 printable characters without spaces'),
    userId: z
      .string('must be a user id in quotes')
      .refine((text) => userIdFrom(text) !== undefined, 'must be a user id in quotes')
      .optional(),
    capabilities: z.array(z.enum(capabilities)).min(1),
    keysSha256: z
      .array(z.string().regex(/^[0-9a-f]{64}$/i, 'must be SHA-256 as 64 hex digits'))
      .max(2, 'holds at most two keys: the one in use and the next')
      .default([]),
    certificates: z
      .array(z.string().regex(/^(URI|DNS):[\x21\x23-\x2b\x2d-\x7e]+$/, 'must be URI:<name> or DNS:<name>'))
      .default([]),
  })
  .refine((entry) => entry.userId !== undefined || !entry.capabilities.includes('act-as-self'), {
    error: 'act-as-self needs a userId',
    path: ['userId'],
  });

const fileSchema = z.array(entrySchema).min(1, 'must hold at least one credential');

/** Reads AUTH_CREDENTIALS_FILE. @throws StartupError that names each problem and shows no secret */
export function readCredentials(file: string): Credential[] {
  const parsed = fileSchema.safeParse(readJson(file));
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `  ${issue.path.join('.') || 'file'}: ${issue.message}`);
    throw new StartupError(`AUTH_CREDENTIALS_FILE: ${file} cannot be taken:\n${problems.join('\n')}`);
  }
  const credentials = parsed.data.map((entry) => ({
    subject: entry.subject,
    userId: entry.userId === undefined ? undefined : userIdFrom(entry.userId),
    capabilities: new Set(entry.capabilities),
    keyHashes: entry.keysSha256.map((hash) => Buffer.from(hash, 'hex')),
    certificateNames: entry.certificates,
  }));
  refuseRepeated(
    file,
    'subject',
    parsed.data.map(({ subject }) => subject),
  );
  refuseRepeated(
    file,
    'key',
    parsed.data.flatMap(({ keysSha256 }) => keysSha256.map((hash) => hash.toLowerCase())),
  );
  refuseRepeated(
    file,
    'certificate',
    parsed.data.flatMap(({ certificates }) => certificates),
  );
  return credentials;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    // The parser's own words would quote the file.
    const why = error instanceof SyntaxError ? 'is not JSON' : 'cannot be read';
    throw new StartupError(`AUTH_CREDENTIALS_FILE: ${file} ${why}`, { cause: error });
  }
}

function refuseRepeated(file: string, what: string, values: readonly string[]): void {
  if (new Set(values).size === values.length) return;
  throw new StartupError(`AUTH_CREDENTIALS_FILE: ${file} has the same ${what} twice`);
}

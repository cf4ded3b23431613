import { workspaceRoot } from '@finance/schema';
import { resolve } from 'node:path';
import { z } from 'zod';
import { keyBytes } from './checkpoints/signing-key.ts';
import type { AuditReads } from './calls/audit-trail.ts';

const readsChoices: readonly AuditReads[] = ['off', 'async', 'sync'];

const readsSetting = z.string().transform((text, context): AuditReads => {
  const choice = readsChoices.find((known) => known === text);
  if (choice !== undefined) return choice;
  context.addIssue(`must be one of ${readsChoices.join(', ')}`);
  return z.NEVER;
});

const keyOf = (text: string): Buffer => Buffer.from(text, /^[0-9a-f]{64}$/i.test(text) ? 'hex' : 'base64');
const keyAdvice = `must be ${keyBytes} bytes as hex or base64; npx nx run audit:keygen makes one`;

const seedSetting = z.string().transform((text, context): Buffer => {
  const seed = keyOf(text);
  if (seed.length === keyBytes) return seed;
  context.addIssue(keyAdvice);
  return z.NEVER;
});

/** The first key seals, the others are accepted. */
const sealKeysSetting = z.string().transform((text, context): readonly Buffer[] => {
  const keys = text.split(',').map((part) => keyOf(part.trim()));
  if (keys.every((key) => key.length === keyBytes)) return keys;
  context.addIssue(`each part ${keyAdvice}`);
  return z.NEVER;
});

/** What the audit log can be told; spread it into the table of a service. */
export const auditSettings = {
  AUDIT_READS: {
    schema: readsSetting,
    default: 'async' as AuditReads,
    description:
      'Calls that change nothing, also those turned away: async records them in batches (a crash loses 100 ms, a full queue of 10,000 the rest, counted), sync before they are answered, off not at all. Changes are always recorded, in their own transaction.',
  },
  AUDIT_CHECKPOINT_FILE: {
    schema: z.string().transform((file) => resolve(workspaceRoot, file)),
    description:
      'File, of this process alone, that gets a signed checkpoint of the audit log each second; keep it where the database’s people cannot write. Needs AUDIT_SIGNING_KEY.',
    example: '/var/lib/finance-audit/funds-1.checkpoints',
  },
  AUDIT_SIGNING_KEY: {
    schema: seedSetting,
    secret: true,
    description: 'Ed25519 seed that signs checkpoints, 32 bytes as hex or base64; `npx nx run audit:keygen` makes one.',
  },
  AUDIT_SEAL_KEY: {
    schema: sealKeysSetting,
    secret: true,
    description:
      'Key that seals entries and notes of the audit log, 32 bytes as hex or base64, the same in every process on the database and never in it. After a comma, keys of before a rotation, whose seals count on. Unset: the key kept in var/audit-seal.key.',
  },
} as const;

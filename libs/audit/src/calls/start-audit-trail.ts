import { DomainError, inOwnWords } from '@finance/domain';
import type { Database } from '@finance/schema';
import { keptSealKey } from '../seals/key-file.ts';
import { createSeals, type Seals } from '../seals/seals.ts';
import { createAuditTrail, type AuditReads, type AuditTrail, type CheckpointTarget } from './audit-trail.ts';

/** The parsed `auditSettings`. */
export interface AuditConfig {
  readonly AUDIT_READS: AuditReads;
  readonly AUDIT_CHECKPOINT_FILE: string | undefined;
  readonly AUDIT_SIGNING_KEY: Uint8Array | undefined;
  readonly AUDIT_SEAL_KEY: readonly Uint8Array[] | undefined;
}

/** Starts the audit of a service. @throws DomainError that tells the operator, in one line, what to do */
export async function startAuditTrail(
  config: AuditConfig,
  options: {
    readonly database: Database;
    readonly service: string;
    /** Of a service with several; only the first one, 0, signs checkpoints. */
    readonly thread?: number;
    readonly log: { error(fields: object, message: string): void };
  },
): Promise<AuditTrail> {
  const { database, service, thread = 0, log } = options;
  const trail = createAuditTrail({
    database,
    service,
    reads: config.AUDIT_READS,
    seals: sealsOf(config),
    checkpoints: thread === 0 ? checkpointsOf(config) : undefined,
    onProblem: (error) => log.error({ err: error }, 'audit log'),
  });
  try {
    await trail.start();
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw new DomainError('INTERNAL', `the audit log cannot be kept: ${inOwnWords(error)}`, {}, { cause: error });
  }
  return trail;
}

function sealsOf({ AUDIT_SEAL_KEY }: AuditConfig): Seals {
  try {
    return createSeals(AUDIT_SEAL_KEY ?? [keptSealKey()]);
  } catch (error) {
    throw new DomainError(
      'INTERNAL',
      `no key for the seals of the audit log: ${inOwnWords(error)}; set AUDIT_SEAL_KEY`,
    );
  }
}

function checkpointsOf({ AUDIT_CHECKPOINT_FILE, AUDIT_SIGNING_KEY }: AuditConfig): CheckpointTarget | undefined {
  if (AUDIT_CHECKPOINT_FILE === undefined && AUDIT_SIGNING_KEY === undefined) return undefined;
  if (AUDIT_CHECKPOINT_FILE === undefined || AUDIT_SIGNING_KEY === undefined) {
    throw new DomainError(
      'INTERNAL',
      'AUDIT_CHECKPOINT_FILE and AUDIT_SIGNING_KEY need each other: set both or neither',
    );
  }
  return { file: AUDIT_CHECKPOINT_FILE, seed: AUDIT_SIGNING_KEY };
}

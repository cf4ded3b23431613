import type { AuditQuestion } from './question.ts';

/** What the self-audit has done since the start. */
export interface AuditStats {
  /** Answers compared at the same position. */
  readonly checks: number;
  /** Of these, by kind of question. */
  readonly checksByKind: Readonly<Record<string, number>>;
  /** Answers that differed, each reported and followed by a rebuild. */
  readonly differences: number;
  /** Answers that differed because the tree in the database is out of step with `parent_id`; the index reads that. */
  readonly orgOutOfStep: number;
  /** Tries in which SQL and the index did not meet at one position, or SQL did not answer in time. */
  readonly missed: number;
}

/** What became of one question; of a missed one the kind does not matter. */
export type AuditCheck =
  | { readonly outcome: 'equal' | 'difference' | 'org-out-of-step'; readonly kind: AuditQuestion['kind'] }
  | { readonly outcome: 'missed' };

/** Nothing done yet. */
export const noChecks: AuditStats = { checks: 0, checksByKind: {}, differences: 0, orgOutOfStep: 0, missed: 0 };

/** The stats with one more question. */
export function withCheck(stats: AuditStats, check: AuditCheck): AuditStats {
  if (check.outcome === 'missed') return { ...stats, missed: stats.missed + 1 };
  const { checks, checksByKind, differences, orgOutOfStep } = stats;
  return {
    ...stats,
    checks: checks + 1,
    checksByKind: { ...checksByKind, [check.kind]: (checksByKind[check.kind] ?? 0) + 1 },
    differences: differences + Number(check.outcome === 'difference'),
    orgOutOfStep: orgOutOfStep + Number(check.outcome === 'org-out-of-step'),
  };
}

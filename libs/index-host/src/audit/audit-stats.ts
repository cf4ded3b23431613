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
  /** Times that the index had what the database has lost; each is reported and followed by a rebuild. */
  readonly ahead: number;
  /** Tries in which SQL and the index did not meet at one position, or SQL did not answer in time. */
  readonly missed: number;
}

/** What became of one question; where it was not asked to an end its kind does not matter. */
export type AuditCheck =
  | { readonly outcome: 'equal' | 'difference' | 'org-out-of-step'; readonly kind: AuditQuestion['kind'] }
  | { readonly outcome: 'missed' | 'ahead' };

/** Nothing done yet. */
export const noChecks: AuditStats = {
  checks: 0,
  checksByKind: {},
  differences: 0,
  orgOutOfStep: 0,
  ahead: 0,
  missed: 0,
};

/** The stats with one more question. */
export function withCheck(stats: AuditStats, check: AuditCheck): AuditStats {
  if (!('kind' in check)) return { ...stats, [check.outcome]: stats[check.outcome] + 1 };
  const { checks, checksByKind, differences, orgOutOfStep } = stats;
  return {
    ...stats,
    checks: checks + 1,
    checksByKind: { ...checksByKind, [check.kind]: (checksByKind[check.kind] ?? 0) + 1 },
    differences: differences + Number(check.outcome === 'difference'),
    orgOutOfStep: orgOutOfStep + Number(check.outcome === 'org-out-of-step'),
  };
}

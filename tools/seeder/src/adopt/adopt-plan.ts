/** One statement of an adoption. */
export interface AdoptStep {
  readonly what: string;
  readonly sql: string;
}

/** What an adoption would do, in order, and why it cannot if it cannot. */
export interface AdoptPlan {
  readonly steps: readonly AdoptStep[];
  /** Something would be lost or wrong; with any of these nothing is done. Each says what to do. */
  readonly refusals: readonly string[];
  /** Worth knowing; nothing is lost. */
  readonly warnings: readonly string[];
  readonly rowCounts: Readonly<Record<string, number>>;
}

/** Collects a plan. */
export class AdoptPlanDraft {
  readonly steps: AdoptStep[] = [];
  readonly refusals: string[] = [];
  readonly warnings: string[] = [];
  readonly rowCounts: Record<string, number> = {};

  step(what: string, sql: string): void {
    this.steps.push({ what, sql });
  }
  refuse(why: string): void {
    this.refusals.push(why);
  }
  warn(what: string): void {
    this.warnings.push(what);
  }
}

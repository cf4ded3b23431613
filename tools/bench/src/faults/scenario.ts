/** A promise of the product under a fault, and what was measured of it. */
export interface FaultBar {
  readonly name: string;
  readonly figure: number;
  readonly unit: string;
  /** The figure may be at most this. */
  readonly max: number;
}

/** What a scenario brought. */
export interface FaultResult {
  readonly scenario: string;
  readonly bars: readonly FaultBar[];
  /** Figures without a bound, by name. */
  readonly facts: Readonly<Record<string, number | string>>;
}

/** The results of `faults`. */
export interface FaultsResults {
  readonly scenarios: readonly FaultResult[];
}

/** How much a scenario does. */
export interface FaultScale {
  /** 1 is what the product promises; tests run a part. */
  readonly share: number;
  /** Told what happens. */
  say(line: string): void;
  readonly signal: AbortSignal;
}

/** Hurts something and measures. @throws Error when it could not be tried at all */
export type FaultScenario = (scale: FaultScale) => Promise<Omit<FaultResult, 'scenario'>>;

/** A part of a number of repetitions, at least one. */
export const partOf = (count: number, { share }: FaultScale): number => Math.max(1, Math.round(count * share));

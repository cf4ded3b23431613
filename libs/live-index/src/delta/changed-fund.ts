import type { Fund } from '@finance/domain';

/** A fund as it is since it changed; each change makes a new one. */
export interface ChangedFund {
  readonly fund: Fund;
  /** The people it touches, in the order of the rule's bases: ordinals, `none` for nobody. */
  readonly touched: readonly number[];
}

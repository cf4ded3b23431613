import { comparePositions, positionOf, type Fund, type FundOrder } from '@finance/domain';
import { baseFund } from '../base/base-fund.ts';
import type { IndexBase } from '../base/index-base.ts';
import type { FundSet } from '../sets/fund-set.ts';
import { basePosition, ordinalAt } from './base-order.ts';

/**
 * All members in order, in batches, as they are now: holds four bytes for each, so that later changes do no harm.
 */
export function exportSet(base: IndexBase, set: FundSet, order: FundOrder, batchSize: number): Iterable<Fund[]> {
  const { column, descending } = order;
  const ordinals = set.makeRanks(column).members();
  for (let at = 0; at < ordinals.length; at += 1) ordinals[at] = ordinalAt(base, column, ordinals[at]!);
  const changed = [...set.changedInOrder(column)];
  if (descending) {
    ordinals.reverse();
    changed.reverse();
  }
  return batches(
    base,
    ordinals,
    changed.map(({ fund }) => fund),
    order,
    batchSize,
  );
}

function* batches(
  base: IndexBase,
  ordinals: Uint32Array,
  changed: readonly Fund[],
  order: FundOrder,
  batchSize: number,
): Iterable<Fund[]> {
  let batch: Fund[] = [];
  let at = 0;
  for (let place = 0; place < ordinals.length || at < changed.length;) {
    const candidate = changed[at];
    const ordinal = ordinals[place];
    const isNext =
      candidate &&
      (ordinal === undefined ||
        comparePositions(positionOf(candidate, order), basePosition(base, order.column, ordinal), order) < 0);
    if (isNext) {
      batch.push(candidate);
      at += 1;
    } else {
      batch.push(baseFund(base, ordinal!));
      place += 1;
    }
    if (batch.length === batchSize) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

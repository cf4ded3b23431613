import { comparePositions, positionOf, type FundPosition, type FundSortColumn } from '@finance/domain';
import { lowerBound } from '../base/ids.ts';
import type { ChangedFund } from './changed-fund.ts';

/** How many of the ascending changed funds come before a position. */
export function changedBefore(sorted: readonly ChangedFund[], column: FundSortColumn, position: FundPosition): number {
  const order = { column, descending: false };
  return lowerBound(
    sorted.length,
    (place) => comparePositions(positionOf(sorted[place]!.fund, order), position, order) < 0,
  );
}

export function insertInOrder(sorted: ChangedFund[], column: FundSortColumn, changed: ChangedFund): void {
  sorted.splice(placeIn(sorted, column, changed), 0, changed);
}

/** It must be there. */
export function removeFromOrder(sorted: ChangedFund[], column: FundSortColumn, changed: ChangedFund): void {
  sorted.splice(placeIn(sorted, column, changed), 1);
}

/** Changed funds, ascending in a sort order. */
export function inOrder(changed: Iterable<ChangedFund>, column: FundSortColumn): ChangedFund[] {
  const order = { column, descending: false };
  return Array.from(changed, (each) => ({ each, at: positionOf(each.fund, order) }))
    .sort((a, b) => comparePositions(a.at, b.at, order))
    .map(({ each }) => each);
}

const placeIn = (sorted: readonly ChangedFund[], column: FundSortColumn, { fund }: ChangedFund): number =>
  changedBefore(sorted, column, positionOf(fund, { column, descending: false }));

/** After so many changes at once a list is quicker sorted anew than kept in order: each one moves all that follow it. */
export const keptInOrderMax = 1_000;

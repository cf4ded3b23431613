import { comparePositions, fundStatuses, type FundPosition, type FundSortColumn } from '@finance/domain';
import { idAt, lowerBound, lowerBoundOfId } from '../base/ids.ts';
import type { IndexBase } from '../base/index-base.ts';

/** The ordinal of the fund with a rank. */
export function ordinalAt(base: IndexBase, column: FundSortColumn, rank: number): number {
  return column === 'fund_id' ? rank : base.sortOrders[column].fundAt[rank]!;
}

/** Where the fund of an ordinal stands, as `positionOf` says of the fund. */
export function basePosition(base: IndexBase, column: FundSortColumn, ordinal: number): FundPosition {
  return { value: sortValue(base, column, ordinal), fundId: idAt(base.fundIds, ordinal) };
}

/** How many funds of the base come before a position in ascending order. */
export function ranksBefore(base: IndexBase, column: FundSortColumn, position: FundPosition): number {
  const place = lowerBoundOfId(base.fundIds, position.fundId);
  if (column === 'fund_id') return place;
  // A page's token has the position of a fund, which has mostly stayed where it was.
  const { rankOf } = base.sortOrders[column];
  const hasValue = (ordinal: number): boolean => sortValue(base, column, ordinal) === position.value;
  if (place < rankOf.length && idAt(base.fundIds, place) === position.fundId && hasValue(place)) return rankOf[place]!;
  if (place > 0 && hasValue(place - 1)) return rankOf[place - 1]! + 1;
  const order = { column, descending: false };
  return lowerBound(
    base.fundIds.length,
    (rank) => comparePositions(basePosition(base, column, ordinalAt(base, column, rank)), position, order) < 0,
  );
}

function sortValue(base: IndexBase, column: FundSortColumn, ordinal: number): FundPosition['value'] {
  switch (column) {
    case 'fund_id':
      return idAt(base.fundIds, ordinal);
    case 'amount':
      return BigInt(base.amountCents[ordinal]!);
    case 'created_at':
      return base.createdAtMicros[ordinal]!;
    case 'updated_at':
      return base.updatedAtMicros[ordinal]!;
    case 'status':
      return fundStatuses[base.statuses[ordinal]!]!;
    case 'handler_user_id':
      return base.people.ids[base.handlers[ordinal]!]!;
  }
}

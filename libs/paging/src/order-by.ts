import { DomainError } from '@finance/domain';

/** One column and its direction. */
export interface ParsedOrder<Column extends string> {
  readonly column: Column;
  readonly descending: boolean;
}

/**
 * Reads `column`, `column asc` or `column desc`; empty means the first column, ascending.
 * @throws DomainError ORDER_BY_INVALID for anything else
 */
export function parseOrderBy<Column extends string>(
  orderBy: string,
  columns: readonly [Column, ...Column[]],
): ParsedOrder<Column> {
  const [name, direction, ...rest] = orderBy.trim().split(/ +/);
  const column = name === '' ? columns[0] : columns.find((known) => known === name);
  const known = direction === undefined || direction === 'asc' || direction === 'desc';
  if (column === undefined || !known || rest.length > 0) {
    const allowed = columns.join(', ');
    throw new DomainError(
      'ORDER_BY_INVALID',
      `order_by must be one of ${allowed}, followed by nothing, 'asc' or 'desc'; ties are broken by id`,
      { field: 'order_by', allowed },
    );
  }
  return { column, descending: direction === 'desc' };
}

import type { Basis } from '@finance/domain';
import { sql, type SQL } from 'drizzle-orm';

/** Where a basis of the rule lives in the tables. */
export type BasisColumns =
  | { readonly link: null; readonly personColumn: SQL }
  | {
      /** The record's table, its key and person columns, and the fund's column that points at it. */
      readonly link: { readonly table: SQL; readonly keyColumn: SQL; readonly fundColumn: SQL };
      readonly personColumn: SQL;
    };

/** The one mapping from the rule's records and fields to tables and columns; a new basis adds a case. */
export function basisColumns(basis: Basis): BasisColumns {
  switch (basis.record) {
    case 'fund':
      return { link: null, personColumn: sql.raw('handle_by') };
    case 'order':
      return {
        link: { table: sql.raw('orders'), keyColumn: sql.raw('order_id'), fundColumn: sql.raw('order_id') },
        personColumn: sql.raw('user_id'),
      };
    case 'customer':
      return {
        link: { table: sql.raw('customers'), keyColumn: sql.raw('customer_id'), fundColumn: sql.raw('customer_id') },
        personColumn: sql.raw('admin_user_id'),
      };
  }
}

/**
 * Joins that lead from a person (an SQL expression for their id) to the funds that touch them on a basis:
 * `financial_funds f` directly, or through the basis's record as `r`. To be put after a JOIN keyword.
 */
export function fundsTouching(basis: Basis, person: SQL): SQL {
  const { link, personColumn } = basisColumns(basis);
  if (!link) return sql`financial_funds f ON f.${personColumn} = ${person}`;
  return sql`${link.table} r ON r.${personColumn} = ${person}
    JOIN financial_funds f ON f.${link.fundColumn} = r.${link.keyColumn}`;
}

/** The person a fund `f` touches on a basis, as a scalar expression; NULL for no record or a dangling one. */
export function personTouchedBy(basis: Basis): SQL {
  const { link, personColumn } = basisColumns(basis);
  if (!link) return sql`f.${personColumn}`;
  return sql`(SELECT r.${personColumn} FROM ${link.table} r WHERE r.${link.keyColumn} = f.${link.fundColumn})`;
}

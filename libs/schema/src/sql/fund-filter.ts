import type { FundFilter } from '@finance/domain';
import { sql, type SQL } from 'drizzle-orm';
import type { Dialect } from '../dialect.ts';

/** A filter as a condition on fund `f`; `1 = 1` when it does not narrow. */
export function passesFilter(filter: FundFilter, dialect: Dialect): SQL {
  const amount = sql.raw(`f.${dialect.amountColumn}`);
  const conditions: SQL[] = [];
  if (filter.amountCentsMin !== undefined)
    conditions.push(sql`${amount} >= ${dialect.amountParam(filter.amountCentsMin)}`);
  if (filter.amountCentsMax !== undefined)
    conditions.push(sql`${amount} <= ${dialect.amountParam(filter.amountCentsMax)}`);
  if (filter.createdFromMicros !== undefined) {
    conditions.push(sql`f.created_at >= ${dialect.instantParam(filter.createdFromMicros)}`);
  }
  if (filter.createdToMicros !== undefined) {
    conditions.push(sql`f.created_at < ${dialect.instantParam(filter.createdToMicros)}`);
  }
  if (filter.statuses !== undefined) {
    conditions.push(
      sql`f.status IN (${sql.join(
        filter.statuses.map((status) => sql`${status}`),
        sql`, `,
      )})`,
    );
  }
  if (filter.handlerDepartment !== undefined) {
    // MySQL's = overlooks spaces at the end; the length does not.
    conditions.push(sql`EXISTS (SELECT 1 FROM users d WHERE d.id = f.handle_by
      AND d.department = ${filter.handlerDepartment} AND LENGTH(d.department) = LENGTH(${filter.handlerDepartment}))`);
  }
  if (filter.handlerUserId !== undefined) conditions.push(sql`f.handle_by = ${filter.handlerUserId}`);
  if (filter.orderId !== undefined) conditions.push(sql`f.order_id = ${filter.orderId}`);
  if (filter.customerId !== undefined) conditions.push(sql`f.customer_id = ${filter.customerId}`);
  return conditions.length === 0 ? sql`1 = 1` : sql.join(conditions, sql` AND `);
}

import type { SqlConnection } from '../database/sql-connection.ts';
import { ok, type Finding } from './finding.ts';

/** References that may dangle: table, column, and where it should lead. */
const references = [
  ['financial_funds', 'handle_by', 'users', 'id'],
  ['financial_funds', 'order_id', 'orders', 'order_id'],
  ['financial_funds', 'customer_id', 'customers', 'customer_id'],
  ['orders', 'user_id', 'users', 'id'],
  ['orders', 'customer_id', 'customers', 'customer_id'],
  ['customers', 'admin_user_id', 'users', 'id'],
] as const;

/** References of customers, orders and funds that lead nowhere. Reads each table's indexes once. */
export async function checkRecordRows(connection: SqlConnection): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [table, column, other, key] of references) {
    const [count] = await connection.all(
      `SELECT COUNT(*) AS n FROM ${table} t WHERE t.${column} IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM ${other} o WHERE o.${key} = t.${column})`,
    );
    // They are allowed: such a reference simply leads to nobody.
    findings.push(ok('references', `${Number(count!['n']).toLocaleString('en')} dangling ${table}.${column}`));
  }
  return findings;
}

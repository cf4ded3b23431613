import { fundStatuses } from '@finance/domain';
import type { SqlConnection } from '../database/sql-connection.ts';
import { fail, noneOf, ok, type Finding } from './finding.ts';

/** References that may dangle: table, column, and where it should lead. */
const references = [
  ['financial_funds', 'handle_by', 'users', 'id'],
  ['financial_funds', 'order_id', 'orders', 'order_id'],
  ['financial_funds', 'customer_id', 'customers', 'customer_id'],
  ['orders', 'user_id', 'users', 'id'],
  ['orders', 'customer_id', 'customers', 'customer_id'],
  ['customers', 'admin_user_id', 'users', 'id'],
] as const;

/** Customers, orders and funds. Reads each table's indexes once. */
export async function checkRecordRows(connection: SqlConnection): Promise<Finding[]> {
  const count = async (sql: string): Promise<number> => Number((await connection.all(sql))[0]!['n']);
  const statuses = fundStatuses.map((status) => `'${status}'`).join(', ');
  const findings = [
    noneOf(
      'statuses',
      await count(`SELECT COUNT(*) AS n FROM financial_funds WHERE status NOT IN (${statuses})`),
      'funds with an unknown status',
      (message) => fail('statuses', message, `set status to one of ${fundStatuses.join(', ')}`),
    ),
  ];
  for (const [table, column, other, key] of references) {
    const dangling = await count(
      `SELECT COUNT(*) AS n FROM ${table} t WHERE t.${column} IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM ${other} o WHERE o.${key} = t.${column})`,
    );
    // They are allowed: such a reference simply leads to nobody.
    findings.push(ok('references', `${dangling.toLocaleString('en')} dangling ${table}.${column}`));
  }
  return findings;
}

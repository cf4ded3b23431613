import { amountCentsMax, decimalFromCents, fundStatuses, microsMax, microsMin, roles } from '@finance/domain';
import { tableShapes, type Column, type TableName } from '../data/tables.ts';
import type { SqlConnection } from '../database/sql-connection.ts';
import { fail, ok, type Finding } from './finding.ts';

/** The columns that services read; those that follow from `parent_id` have checks of their own. */
const readColumns = {
  users: ['id', 'name', 'role', 'department', 'parent_id'],
  customers: ['customer_id', 'name', 'admin_user_id'],
  orders: ['order_id', 'user_id', 'customer_id', 'amount'],
  financial_funds: tableShapes.financial_funds.columns.map(({ name }) => name),
} as const satisfies Partial<Record<TableName, readonly string[]>>;

const nullable = new Set([
  'users.parent_id',
  'orders.customer_id',
  'financial_funds.order_id',
  'financial_funds.customer_id',
]);
const words: Readonly<Record<string, readonly string[]>> = {
  'users.role': roles,
  'financial_funds.status': fundStatuses,
};

/** Values that are looked for in one table; where there are more, they come to light once these are corrected. */
const foundMax = 100;
/** Rows that a finding names. */
const namedMax = 10;

/**
 * Rows with values that the columns' types permit and the contract cannot tell: who meets one gets RECORD_UNREADABLE.
 * Reads each table once.
 */
export async function checkUnreadableRows(connection: SqlConnection): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [table, names] of Object.entries(readColumns) as [keyof typeof readColumns, readonly string[]][]) {
    findings.push(...(await checkTable(connection, table, names)));
  }
  return findings.length > 0 ? findings : [ok('rows', 'all can be read')];
}

async function checkTable(
  connection: SqlConnection,
  table: keyof typeof readColumns,
  names: readonly string[],
): Promise<Finding[]> {
  const { engine } = connection;
  const key = names[0]!;
  const columns = tableShapes[table].columns
    .filter(({ name }) => names.includes(name))
    .map((column) => {
      const name = engine === 'sqlite' && column.kind === 'amount' ? 'amount_cents' : column.name;
      return { name, isUnsound: unsound(engine, table, { ...column, name }) };
    });
  const quoted = (name: string) => (engine === 'sqlite' ? `quote(${name})` : `QUOTE(CAST(${name} AS CHAR))`);
  const rows = await connection.all(
    `SELECT ${key} AS row_key, ${columns.map(({ name, isUnsound }, i) => `CASE WHEN ${isUnsound} THEN ${quoted(name)} END AS value_${i}`).join(', ')}
     FROM ${table} WHERE ${columns.map(({ isUnsound }) => `(${isUnsound})`).join(' OR ')} ORDER BY ${key} LIMIT ${foundMax}`,
  );
  return columns.flatMap(({ name }, i) => {
    const found = rows.filter((row) => row[`value_${i}`] !== null);
    if (found.length === 0) return [];
    const named = found
      .slice(0, namedMax)
      .map((row) => `${row['row_key']} (${String(row[`value_${i}`]).slice(0, 40)})`);
    const more = found.length > namedMax || rows.length === foundMax ? ' and more' : '';
    return [
      fail(
        'rows',
        `${table}.${name} cannot be read in row ${named.join(', ')}${more}`,
        `${advice[kindOf(table, name)]}: UPDATE ${table} SET ${name} = … WHERE ${key} = ${found[0]!['row_key']}`,
      ),
    ];
  });
}

const kindOf = (table: TableName, name: string): Column['kind'] =>
  tableShapes[table].columns.find((column) => column.name === name.replace('amount_cents', 'amount'))!.kind;

const advice: Readonly<Record<Column['kind'], string>> = {
  integer: 'write a whole number of 64 bits',
  text: 'write text, for a role or a status one of the known words',
  amount: 'write an amount of at most 15 digits',
  instant: 'write a moment of the years 1 to 9999',
};

/** A condition on the values that services cannot read. */
function unsound(engine: SqlConnection['engine'], table: TableName, { name, kind }: Column): string {
  const place = `${table}.${name}`;
  const known = words[place];
  // MySQL's IN overlooks spaces at the end of text; of bytes it overlooks none.
  const exact = engine === 'mysql' ? `CAST(${name} AS BINARY)` : name;
  const beyond = known
    ? `${exact} NOT IN (${known.map((word) => `'${word}'`).join(', ')})`
    : unsoundOf[engine][kind](name);
  return nullable.has(place) ? `${name} IS NOT NULL AND (${beyond})` : `${name} IS NULL OR ${beyond}`;
}

type Condition = (name: string) => string;

const noInteger: Condition = (name) => `typeof(${name}) <> 'integer'`;

const unsoundOf: Readonly<Record<SqlConnection['engine'], Readonly<Record<Column['kind'], Condition>>>> = {
  sqlite: {
    integer: noInteger,
    text: (name) => `typeof(${name}) <> 'text'`,
    amount: (name) => `${noInteger(name)} OR ${name} NOT BETWEEN ${-amountCentsMax} AND ${amountCentsMax}`,
    instant: (name) => `${noInteger(name)} OR ${name} NOT BETWEEN ${microsMin} AND ${microsMax}`,
  },
  mysql: {
    integer: (name) => `${name} > ${2n ** 63n - 1n}`,
    text: () => 'FALSE',
    amount: (name) => `ABS(${name}) > ${decimalFromCents(amountCentsMax)}`,
    instant: (name) =>
      `${name} < '0001-01-01' OR MONTH(${name}) = 0 OR DAYOFMONTH(${name}) = 0
       OR DAYOFMONTH(${name}) > DAYOFMONTH(LAST_DAY(DATE_FORMAT(${name}, '%Y-%m-01')))`,
  },
};

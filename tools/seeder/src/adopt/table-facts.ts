import type { SqlConnection } from '../database/sql-connection.ts';

/** A column as it is. */
export interface ColumnFacts {
  readonly name: string;
  /** Lower case, with length and sign, as the engine shows it: `bigint unsigned`, `varchar(20)`, `integer`. */
  readonly type: string;
  readonly isNullable: boolean;
  /** The default as SQL text or, on MySQL, as its value; null when there is none. */
  readonly defaultValue: string | null;
  /** Filled in when a row leaves it out, by whatever means. */
  readonly isOptional: boolean;
  readonly isAutoIncrement: boolean;
  readonly isGenerated: boolean;
  readonly collation: string | null;
  readonly comment: string;
}

/** A table as it is; column names are keys. */
export interface TableFacts {
  readonly columns: ReadonlyMap<string, ColumnFacts>;
  readonly primaryKey: readonly string[];
  /** MySQL's storage engine, lower case; `sqlite` there. */
  readonly storage: string;
}

/** Reads a table's shape; the table exists. */
export async function tableFacts(connection: SqlConnection, table: string): Promise<TableFacts> {
  return connection.engine === 'sqlite' ? sqliteFacts(connection, table) : mysqlFacts(connection, table);
}

async function sqliteFacts(connection: SqlConnection, table: string): Promise<TableFacts> {
  const rows = await connection.all(`PRAGMA table_xinfo(\`${table}\`)`);
  const columns = rows.map((row): ColumnFacts => {
    const defaultValue = row['dflt_value'] === null ? null : String(row['dflt_value']);
    const isNullable = row['notnull'] === 0n && row['pk'] === 0n;
    return {
      name: String(row['name']),
      type: String(row['type']).toLowerCase(),
      isNullable,
      defaultValue,
      isOptional: isNullable || defaultValue !== null || row['pk'] !== 0n || row['hidden'] !== 0n,
      isAutoIncrement: row['pk'] !== 0n && String(row['type']).toLowerCase() === 'integer',
      isGenerated: row['hidden'] !== 0n,
      collation: null,
      comment: '',
    };
  });
  const primaryKey = rows.filter((row) => row['pk'] !== 0n).map((row) => String(row['name']));
  return { columns: new Map(columns.map((column) => [column.name, column])), primaryKey, storage: 'sqlite' };
}

async function mysqlFacts(connection: SqlConnection, table: string): Promise<TableFacts> {
  const rows = await connection.all(
    `SELECT column_name AS name, column_type AS type, is_nullable AS nullable, column_default AS dflt, extra AS extra,
       collation_name AS collation, column_comment AS comment, column_key AS keyed
     FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ? ORDER BY ordinal_position`,
    [table],
  );
  const [storage] = await connection.all(
    'SELECT engine AS engine FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?',
    [table],
  );
  const columns = rows.map((row): ColumnFacts => {
    const extra = String(row['extra']).toLowerCase();
    const isNullable = row['nullable'] === 'YES';
    const defaultValue = row['dflt'] === null ? null : String(row['dflt']);
    return {
      name: String(row['name']),
      type: String(row['type']).toLowerCase(),
      isNullable,
      defaultValue,
      isOptional: isNullable || defaultValue !== null || extra !== '',
      isAutoIncrement: extra.includes('auto_increment'),
      isGenerated: extra.includes('generated') && !extra.includes('default_generated'),
      collation: row['collation'] === null ? null : String(row['collation']),
      comment: String(row['comment']),
    };
  });
  return {
    columns: new Map(columns.map((column) => [column.name, column])),
    primaryKey: rows.filter((row) => row['keyed'] === 'PRI').map((row) => String(row['name'])),
    storage: String(storage!['engine']).toLowerCase(),
  };
}

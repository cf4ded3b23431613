import { connectMysql } from '@finance/schema';
import type { Connection, ResultSetHeader, TypeCastField, TypeCastNext } from 'mysql2';
import type { SqlConnection, SqlRow, SqlValue } from './sql-connection.ts';

const connectTimeoutMs = 10_000;

/** Opens a session of this tool: it takes 0 for an id, and instants come as text. */
export const connectSession = (url: string): Promise<Connection> =>
  connectMysql(
    url,
    { connectTimeout: connectTimeoutMs, dateStrings: true },
    {
      sql_mode: `'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_VALUE_ON_ZERO'`,
    },
  );

/** Opens one connection to a MySQL database. */
export async function openMysqlConnection(url: string): Promise<SqlConnection> {
  const core = await connectSession(url);
  const connection = core.promise();
  return {
    engine: 'mysql',
    all: async (sql, params = []) =>
      (await connection.query({ sql, typeCast: integersAsBigint }, [...params]))[0] as SqlRow[],
    run: async (sql, params = []) => ((await connection.query(sql, [...params]))[0] as ResultSetHeader).affectedRows,
    async *stream(sql) {
      const query = core.query({ sql, rowsAsArray: true });
      for await (const row of query.stream({ highWaterMark: 1000 })) yield row as SqlValue[];
    },
    transaction: async (work) => {
      await connection.query('START TRANSACTION');
      try {
        const value = await work();
        await connection.query('COMMIT');
        return value;
      } catch (error) {
        await connection.query('ROLLBACK').catch(() => undefined);
        throw error;
      }
    },
    close: () => connection.end(),
  };
}

function integersAsBigint(field: TypeCastField, next: TypeCastNext): unknown {
  switch (field.type) {
    case 'TINY':
    case 'SHORT':
    case 'INT24':
    case 'LONG':
    case 'LONGLONG': {
      const text = field.string();
      return text === null ? null : BigInt(text);
    }
    case 'VAR_STRING':
    case 'STRING':
    case 'BLOB':
    case 'JSON':
      return field.string();
    default:
      return next();
  }
}

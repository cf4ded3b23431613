import type { SqlSession } from '@finance/schema';
import type { SQL } from 'drizzle-orm';
import { MySqlDialect } from 'drizzle-orm/mysql-core';
import { explainOnMysql } from './explain-mysql.ts';
import { explainOnSqlite } from './explain-sqlite.ts';
import type { ExplainedStatement } from './explained-statement.ts';

const compiler = new MySqlDialect();

/** A session that explains what it runs. */
export interface ExplainingSession {
  /** Behaves like the one it was made from. */
  readonly session: SqlSession;
  /** Everything explained so far, in the order it ran. */
  readonly statements: readonly ExplainedStatement[];
}

/**
 * Wraps a session so that every statement which reads a table is explained on the same connection before it runs.
 * Statements that read none (DDL, INSERT of values) are only run.
 */
export function explainingSession(session: SqlSession): ExplainingSession {
  const statements: ExplainedStatement[] = [];
  const explain = async (statement: SQL): Promise<void> => {
    const { sql } = compiler.sqlToQuery(statement);
    if (!/^\s*(SELECT|WITH|UPDATE|DELETE|INSERT\b(?=[^]*\bSELECT\b))/i.test(sql)) return;
    const accesses = await (session.dialect.name === 'mysql' ? explainOnMysql : explainOnSqlite)(session, statement);
    statements.push({ sql, accesses });
  };
  return {
    session: {
      ...session,
      all: async (query) => {
        await explain(query);
        return session.all(query);
      },
      run: async (statement) => {
        await explain(statement);
        return session.run(statement);
      },
    },
    statements,
  };
}

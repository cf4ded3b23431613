import type { Database, SqlSession } from '@finance/schema';
import type { ExplainedStatement } from './explained-statement.ts';
import { explainingSession } from './explaining-session.ts';

/** Runs work in a transaction, explains its statements and undoes it. @throws whatever `work` throws */
export async function explainAndRollBack(
  database: Database,
  work: (session: SqlSession) => Promise<unknown>,
): Promise<readonly ExplainedStatement[]> {
  let explained: readonly ExplainedStatement[] | undefined;
  const rollBack = new Error('done');
  await database
    .transaction(new AbortController().signal, async (session) => {
      const explaining = explainingSession(session);
      await work(explaining.session);
      explained = explaining.statements;
      throw rollBack;
    })
    .catch((error: unknown) => {
      if (error !== rollBack) throw error;
    });
  return explained!;
}

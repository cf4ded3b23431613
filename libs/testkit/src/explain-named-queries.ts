import { buildOrgTree, peopleInScope, type Scope } from '@finance/domain';
import type { Database, SqlSession } from '@finance/schema';
import { sql } from 'drizzle-orm';
import { explainAndRollBack } from './explain-and-roll-back.ts';
import type { ExplainedStatement } from './explained-statement.ts';
import { insertDataSet } from './insert-data-set.ts';
import { sampleCompany } from './sample-company.ts';

/** A query under the name that `indexCatalog` knows it by; variants of one query share the name. */
export interface NamedQuery {
  readonly name: string;
  readonly run: (session: SqlSession) => Promise<unknown>;
}

/** What a named query's statements do. */
export interface QueryPlan {
  readonly name: string;
  readonly statements: readonly ExplainedStatement[];
}

/** Enough people that the index of an order beats sorting them all, and several records for each. */
const [people, records] = [5_000, 20_000];
/** More than the pages of any table of that size, so that statistics are exact and plans the same on each run. */
const samplePages = 2_000;

/** The company on which plans are compared: one tree, its root user 1. */
export const planCompany = sampleCompany(people, records);

const { intervals } = buildOrgTree(planCompany.users);

/** The scope of one of {@link planCompany}'s people, without a query of its own. */
export function planScope(viewerUserId: bigint): Scope {
  const { role } = planCompany.users.find((user) => user.userId === viewerUserId)!;
  const { left, right } = intervals.get(viewerUserId)!;
  return {
    viewerUserId,
    role,
    people: peopleInScope(role, left, right),
    subordinateCount: right - left,
    orgVersion: 1n,
  };
}

/** Replaces everything in a database by {@link planCompany} and brings the optimizer's statistics up to date. */
export async function loadPlanCompany(database: Database): Promise<void> {
  await insertDataSet(database, planCompany);
  if (database.dialect.name === 'sqlite') {
    await database.transaction(new AbortController().signal, (session) => session.run(sql`ANALYZE`));
    return;
  }
  await database.snapshot(new AbortController().signal, async (session) => {
    for (const table of ['users', 'user_hierarchy', 'orders', 'customers', 'financial_funds']) {
      await session.run(sql.raw(`ALTER TABLE ${table} STATS_AUTO_RECALC=0 STATS_SAMPLE_PAGES=${samplePages}`));
      await session.all(sql.raw(`ANALYZE TABLE ${table}`));
    }
  });
}

/** Runs and explains queries one after the other; what they write is undone. */
export async function explainNamedQueries(database: Database, queries: readonly NamedQuery[]): Promise<QueryPlan[]> {
  const plans: QueryPlan[] = [];
  for (const { name, run } of queries) plans.push({ name, statements: await explainAndRollBack(database, run) });
  return plans;
}

import { bases } from '@finance/domain';
import { named, basisColumns, isAmong, type SqlSession } from '@finance/schema';
import type { PaginationStrategy } from '@finance/strategy-contract';
import { sql } from 'drizzle-orm';
import { idList } from '../shared/id-list.ts';
import { pageOfFunds } from '../shared/page-of-funds.ts';
import { peopleIds } from '../shared/people-ids.ts';
import { checkStatementBytes, statementBytes } from './statement-bytes.ts';

const namedSql = named('strategies/in-list');

/**
 * One OR over three IN lists of ids, in one statement. Exists to show where that breaks: the lists grow with what the
 * viewer may see.
 * @throws DomainError OVERLOADED before a statement that the database would refuse for its length
 */
export const inList: PaginationStrategy<SqlSession> = {
  name: 'in-list',
  listFunds: async (session, request) => {
    const { people } = request.scope;
    if (people === null) return pageOfFunds(session, sql`financial_funds f`, request);
    const persons = await peopleIds(session, people);
    const lists = [];
    for (const basis of bases) {
      const { link, personColumn } = basisColumns(basis);
      if (!link) {
        lists.push({ column: personColumn, ids: persons });
        continue;
      }
      const rows = await session.all(namedSql`SELECT r.${link.keyColumn} AS id
        FROM users p JOIN ${link.table} r ON r.${personColumn} = p.id
        WHERE ${isAmong(sql`p`, people)}
          AND ${session.dialect.whileCallerWaits(sql`r.${link.keyColumn}`)}`);
      lists.push({ column: link.fundColumn, ids: rows.map((row) => row['id'] as bigint) });
    }
    await checkStatementBytes(session, statementBytes(lists.map(({ ids }) => ids)));
    const conditions = lists
      .filter(({ ids }) => ids.length > 0)
      .map(({ column, ids }) => sql`f.${column} IN (${idList(ids)})`);
    // Each fund is one row of the table, so that it comes once however many lists hold it.
    const source = sql`(SELECT * FROM financial_funds f WHERE ${sql.join(conditions, sql` OR `)}) f`;
    return pageOfFunds(session, source, request);
  },
};

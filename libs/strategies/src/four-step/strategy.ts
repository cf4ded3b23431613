import { bases, type FundPosition } from '@finance/domain';
import { named, basisColumns, passesFilter, type SqlSession } from '@finance/schema';
import type { PaginationStrategy } from '@finance/strategy-contract';
import { sql, type SQL } from 'drizzle-orm';
import { addPositions, pageOfPositions } from '../shared/fund-positions.ts';
import { idList } from '../shared/id-list.ts';
import { inBatches } from '../shared/in-batches.ts';
import { pageOfFunds } from '../shared/page-of-funds.ts';
import { peopleIds } from '../shared/people-ids.ts';
import { positionColumns } from '../shared/position-from-row.ts';
import type { OnStep, StepName } from './on-step.ts';

const namedSql = named('strategies/four-step');

/** The study's batch: ids in one IN list. */
const batchIds = 1_000;

const recordStep = { order: 'orders', customer: 'customers' } as const;

/**
 * The study's four steps: ids of people, from these of orders, of customers, and from all three the funds, each by IN
 * lists of 1,000 ids; sorting and counting in the process. Tells `onStep` what each step took.
 */
export function createFourStep({ onStep }: { readonly onStep?: OnStep } = {}): PaginationStrategy<SqlSession> {
  const timed = async <T>(name: StepName, step: () => Promise<T>, rowsOf: (result: T) => number): Promise<T> => {
    const started = performance.now();
    const result = await step();
    onStep?.(name, performance.now() - started, rowsOf(result));
    return result;
  };

  return {
    name: 'four-step',
    listFunds: async (session, request) => {
      const { filter, order, scope } = request;
      if (scope.people === null) return pageOfFunds(session, sql`financial_funds f`, request);
      const { people } = scope;
      const persons = await timed(
        'people',
        () => peopleIds(session, people),
        (ids) => ids.length,
      );

      const lists: { readonly column: SQL; readonly ids: readonly bigint[] }[] = [];
      for (const basis of bases) {
        const { link, personColumn } = basisColumns(basis);
        if (basis.record === 'fund' || !link) {
          lists.push({ column: personColumn, ids: persons });
          continue;
        }
        const read = () => recordIds(session, link, personColumn, persons);
        lists.push({ column: link.fundColumn, ids: await timed(recordStep[basis.record], read, (ids) => ids.length) });
      }

      const found = new Map<bigint, FundPosition>();
      const readFunds = async (): Promise<void> => {
        const matching = sql`${passesFilter(filter, session.dialect)}
          AND ${session.dialect.whileCallerWaits(sql`f.fund_id`)}`;
        for (const { column, ids } of lists) {
          for (const batch of inBatches(ids, batchIds)) {
            const rows = await session.all(namedSql`SELECT ${positionColumns(order.column, session.dialect)}
              FROM financial_funds f WHERE f.${column} IN (${idList(batch)}) AND ${matching}`);
            addPositions(found, rows, order.column);
          }
        }
      };
      await timed('funds', readFunds, () => found.size);
      return pageOfPositions(session, found, request);
    },
  };
}

async function recordIds(
  session: SqlSession,
  link: { readonly table: SQL; readonly keyColumn: SQL },
  personColumn: SQL,
  persons: readonly bigint[],
): Promise<bigint[]> {
  const ids: bigint[] = [];
  for (const batch of inBatches(persons, batchIds)) {
    const rows = await session.all(namedSql`SELECT r.${link.keyColumn} AS id FROM ${link.table} r
      WHERE r.${personColumn} IN (${idList(batch)}) AND ${session.dialect.whileCallerWaits(sql`r.${link.keyColumn}`)}`);
    for (const row of rows) ids.push(row['id'] as bigint);
  }
  return ids;
}

/** {@link createFourStep} without an observer. */
export const fourStep = createFourStep();

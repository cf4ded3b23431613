import { fundAccessDenied, type Fund, type Writer } from '@finance/domain';
import { named, type SqlSession } from '@finance/schema';
import { touchedPeople } from '../decisions/touched-people.ts';
import { visibleFundIds } from '../decisions/visible-fund-ids.ts';
import type { FundChanges } from '../funds/update-fund.ts';
import type { NewFund } from '../funds/create-fund.ts';
import { handOverProblem, reachOf } from './reach.ts';
import { writeRefused } from './write-refused.ts';

const namedSql = named('store/fund-rights');

/**
 * Makes sure that a writer may create a fund: everybody whom it will touch is in a confined writer's reach, and the
 * server chooses its id, since a chosen one would tell which ids are taken.
 * @throws DomainError WRITE_NOT_ALLOWED
 */
export async function assertMayCreateFund(session: SqlSession, writer: Writer, fund: NewFund): Promise<void> {
  if (!writer.isConfined) return;
  const reach = (await reachOf(session, writer))!;
  if (fund.fundId !== 0n && !reach.isEverybody)
    throw writeRefused(writer, 'fund.fund_id', 'must be 0: whoever acts as themselves lets the server choose');
  const to = await peopleBehind(session, fund);
  if (await handOverProblem(session, writer, reach, { from: 'new', to })) throw outOfReach(writer);
}

/**
 * Makes sure that a writer may change a fund, which is locked then: a confined one sees it, and may see everybody whom
 * it comes to touch; nobody brings a fund into their own reach.
 * @throws DomainError FUND_ACCESS_DENIED alike for a fund that is not visible or not there, WRITE_NOT_ALLOWED
 */
export async function assertMayChangeFund(
  session: SqlSession,
  writer: Writer,
  fundId: bigint,
  changes: FundChanges,
): Promise<void> {
  if (writer.userId === undefined && !writer.isConfined) return;
  // Locked first: what is read next is then as the change will find it.
  await session.all(
    namedSql`SELECT f.fund_id FROM financial_funds f WHERE f.fund_id = ${fundId} ${session.dialect.forUpdate}`,
  );
  const touched = await touchedPeople(session, fundId);
  const reach = (await reachOf(session, writer))!;
  // User 0 is nobody: a fund that is not there is asked about, and takes as long, as one that is not visible.
  const from = touched?.map(({ userId }) => userId) ?? [0n];
  const to = await peopleBehind(session, changes);
  const problem = await handOverProblem(session, writer, reach, { from, to });
  if (problem === 'thing' || (!touched && writer.isConfined)) throw fundAccessDenied(writer.userId, fundId);
  if (problem) throw outOfReach(writer);
}

/** Whether the answer of a write may show the fund as it is stored. */
export async function mayReadFund(session: SqlSession, writer: Writer, fundId: bigint): Promise<boolean> {
  if (writer.reads !== 'own') return writer.reads === 'everything';
  const scope = (await reachOf(session, writer))?.scope;
  return scope !== undefined && (await visibleFundIds(session, scope, [fundId])).has(fundId);
}

/** The people through whom the named records touch; undefined for a record that is not there. */
async function peopleBehind(
  session: SqlSession,
  { handlerUserId, orderId, customerId }: Partial<Pick<Fund, 'handlerUserId' | 'orderId' | 'customerId'>>,
): Promise<(bigint | undefined)[]> {
  const people: (bigint | undefined)[] = handlerUserId === undefined ? [] : [handlerUserId];
  if (orderId !== undefined && orderId !== null) {
    const rows = await session.all(namedSql`SELECT o.user_id AS id FROM orders o WHERE o.order_id = ${orderId}`);
    people.push(rows[0]?.['id'] as bigint | undefined);
  }
  if (customerId !== undefined && customerId !== null) {
    const rows = await session.all(
      namedSql`SELECT c.admin_user_id AS id FROM customers c WHERE c.customer_id = ${customerId}`,
    );
    people.push(rows[0]?.['id'] as bigint | undefined);
  }
  return people;
}

const outOfReach = (writer: Writer) =>
  writeRefused(writer, 'fund', 'would come to touch people whom the caller may not see, or come into its own reach');

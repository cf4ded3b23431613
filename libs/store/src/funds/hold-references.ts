import { allProblems, DomainError, referenceNotFound, type Fund } from '@finance/domain';
import { named, type SqlSession } from '@finance/schema';
import { forShare, holdUser } from '../row-locks.ts';

const namedSql = named('store/hold-references');

/** What a fund points at; absent and null references are not looked for. */
export type FundReferences = Partial<Pick<Fund, 'handlerUserId' | 'orderId' | 'customerId'>>;

/**
 * Makes sure that the referenced records exist and stay until commit, and that the fund will not name an order of another
 * customer than its own. Indexes: primary keys.
 * @param references what the fund is to point at anew
 * @param fund what it points at then
 * @throws DomainError REFERENCE_NOT_FOUND, REFERENCE_MISMATCH with the proto paths of all fields
 */
export async function holdReferences(
  session: SqlSession,
  { handlerUserId, orderId, customerId }: FundReferences,
  fund: Pick<Fund, 'orderId' | 'customerId'>,
): Promise<void> {
  const problems: DomainError[] = [];
  if (handlerUserId !== undefined && !(await holdUser(session, handlerUserId))) {
    problems.push(referenceNotFound('fund.handler_user_id', handlerUserId));
  }
  // A fund that gets another customer keeps its order, which has to fit then.
  const orderOfFund = orderId ?? (customerId ? fund.orderId : null);
  const order = orderOfFund === null ? undefined : await holdOrder(session, orderOfFund);
  if (orderId && !order) problems.push(referenceNotFound('fund.order_id', orderId));
  if (customerId) {
    const rows = await session.all(
      namedSql`SELECT c.customer_id FROM customers c WHERE c.customer_id = ${customerId} ${forShare(session)}`,
    );
    if (rows.length === 0) problems.push(referenceNotFound('fund.customer_id', customerId));
  }
  if (problems.length > 0) throw allProblems(problems);
  if (order?.customerId && fund.customerId && order.customerId !== fund.customerId) {
    throw orderOfAnother(order.orderId, order.customerId, fund.customerId);
  }
}

async function holdOrder(session: SqlSession, orderId: bigint) {
  const [row] = await session.all(
    namedSql`SELECT o.customer_id FROM orders o WHERE o.order_id = ${orderId} ${forShare(session)}`,
  );
  return row && { orderId, customerId: row['customer_id'] as bigint | null };
}

const orderOfAnother = (orderId: bigint, customerOfOrder: bigint, customerId: bigint): DomainError =>
  new DomainError(
    'REFERENCE_MISMATCH',
    `fund.order_id names order ${orderId}, which is of customer ${customerOfOrder} and not of ${customerId}; ` +
      'name that customer in fund.customer_id, or none',
    { field: 'fund.order_id', value: String(orderId), customer_id: String(customerOfOrder) },
    { names: ['fund.customer_id'] },
  );

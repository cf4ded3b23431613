import { optionalId, requireId, statusFromProto } from '@finance/api';
import type { Fund as ProtoFund } from '@finance/contract/fund';
import { invalidField, type Fund } from '@finance/domain';
import { requireAmount } from './fund-filter.ts';

/** The fields of a fund that callers may write. */
export type WritableFund = Pick<
  Fund,
  'amountCents' | 'currencyCode' | 'status' | 'handlerUserId' | 'orderId' | 'customerId'
>;

const readers: {
  readonly [Path in FundPath]: (fund: ProtoFund) => Partial<WritableFund>;
} = {
  amount_cents: (fund) => ({ amountCents: requireAmount(fund.amountCents, 'fund.amount_cents') }),
  currency_code: (fund) => ({ currencyCode: requireCurrency(fund.currencyCode) }),
  status: (fund) => ({ status: statusFromProto(fund.status, 'fund.status') }),
  handler_user_id: (fund) => ({ handlerUserId: requireId(fund.handlerUserId, 'fund.handler_user_id') }),
  order_id: (fund) => ({ orderId: optionalId(fund.orderId, 'fund.order_id') }),
  customer_id: (fund) => ({ customerId: optionalId(fund.customerId, 'fund.customer_id') }),
};

/** The proto paths of {@link WritableFund}, as an update mask names them. */
export const fundPaths = [
  'amount_cents',
  'currency_code',
  'status',
  'handler_user_id',
  'order_id',
  'customer_id',
] as const;

export type FundPath = (typeof fundPaths)[number];

/** Reads and checks some fields of a fund. @throws DomainError FIELD_INVALID */
export function readFundFields(fund: ProtoFund, paths: Iterable<FundPath>): Partial<WritableFund> {
  return Object.assign({}, ...[...paths].map((path) => readers[path](fund))) as Partial<WritableFund>;
}

function requireCurrency(code: string): string {
  if (!/^[A-Z]{3}$/.test(code)) throw invalidField('fund.currency_code', 'must be three capital letters (ISO 4217)');
  return code;
}

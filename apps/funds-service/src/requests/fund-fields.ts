import { optionalId, requireId, statusFromProto } from '@finance/api';
import type { Fund as ProtoFund } from '@finance/contract/fund';
import { invalidField, isCurrencyCode } from '@finance/domain';
import { requireAmount } from './fund-filter.ts';

/** Read the fields of a fund that callers may write, by their names in the domain. @throws DomainError FIELD_INVALID */
export const fundReaders = {
  amountCents: (fund: ProtoFund) => requireAmount(fund.amountCents, 'fund.amount_cents'),
  currencyCode: (fund: ProtoFund) => requireCurrency(fund.currencyCode),
  status: (fund: ProtoFund) => statusFromProto(fund.status, 'fund.status'),
  handlerUserId: (fund: ProtoFund) => requireId(fund.handlerUserId, 'fund.handler_user_id'),
  orderId: (fund: ProtoFund) => optionalId(fund.orderId, 'fund.order_id'),
  customerId: (fund: ProtoFund) => optionalId(fund.customerId, 'fund.customer_id'),
};

function requireCurrency(code: string): string {
  if (!isCurrencyCode(code)) throw invalidField('fund.currency_code', 'must be a code of ISO 4217, such as EUR');
  return code;
}

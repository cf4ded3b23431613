import { protoBasis, protoStatus, protoTimestamp } from '@finance/api';
import type { Fund as FundMessage } from '@finance/contract/fund';
import type { Fund, FundDetails } from '@finance/domain';

/**
 * A fund as its message; details only for the full view. Whole messages, because partial ones are copied field by field
 * into whole ones, which takes as long as encoding them.
 */
export function fundMessage(fund: Fund, details?: FundDetails): FundMessage {
  return {
    $typeName: 'finance.funds.v1.Fund',
    fundId: fund.fundId,
    amountCents: fund.amountCents,
    currencyCode: fund.currencyCode,
    status: protoStatus(fund.status),
    handlerUserId: fund.handlerUserId,
    orderId: fund.orderId ?? 0n,
    customerId: fund.customerId ?? 0n,
    createTime: protoTimestamp(fund.createdAtMicros),
    updateTime: protoTimestamp(fund.updatedAtMicros),
    ...(details && {
      details: {
        $typeName: 'finance.funds.v1.FundDetails',
        handlerName: details.handlerName ?? '',
        handlerDepartment: details.handlerDepartment ?? '',
        orderOwnerUserId: details.orderOwnerUserId ?? 0n,
        orderOwnerName: details.orderOwnerName ?? '',
        customerName: details.customerName ?? '',
        customerAdminUserId: details.customerAdminUserId ?? 0n,
        customerAdminName: details.customerAdminName ?? '',
        viewerBases: details.viewerBases.map(protoBasis),
      },
    }),
  };
}

import type { MessageInitShape } from '@bufbuild/protobuf';
import { protoBasis, protoStatus, protoTimestamp } from '@finance/api';
import type { FundSchema } from '@finance/contract/fund';
import type { Fund } from '@finance/domain';
import type { FundDetails } from '@finance/store';

/** A fund as its message; details only for the full view. */
export function fundMessage(fund: Fund, details?: FundDetails): MessageInitShape<typeof FundSchema> {
  return {
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

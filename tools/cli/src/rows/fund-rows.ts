import { FundSchema, FundStatus, FundStatusSchema, type Fund, type FundDetails } from '@finance/contract/fund';
import { BasisSchema, type Basis } from '@finance/contract/permission';
import { amountText } from '../output/amounts.ts';
import type { Column } from '../output/columns.ts';
import { instantText, secondText } from '../output/instants.ts';
import { jsonOf } from '../output/json.ts';
import type { Listing } from '../output/listing.ts';
import type { Style } from '../output/output.ts';
import { idText, wordOf } from '../output/words.ts';

const styleOfStatus: Partial<Record<FundStatus, Style>> = {
  [FundStatus.SETTLED]: 'green',
  [FundStatus.PENDING]: 'yellow',
  [FundStatus.REJECTED]: 'red',
  [FundStatus.CANCELLED]: 'dim',
};

const statusWord = (fund: Fund): string => wordOf(FundStatusSchema, fund.status);

/** Bases as words, separated by spaces. */
export const basesText = (bases: readonly Basis[]): string =>
  bases.map((basis) => wordOf(BasisSchema, basis)).join(' ');

const tableHead: readonly Column<Fund>[] = [
  { name: 'fund', of: (fund) => String(fund.fundId), right: true },
  { name: 'amount', of: (fund) => amountText(fund.amountCents, fund.currencyCode), right: true },
  { name: 'status', of: statusWord, style: (fund) => styleOfStatus[fund.status] },
];

const basicTable: readonly Column<Fund>[] = [
  ...tableHead,
  { name: 'handler', of: (fund) => idText(fund.handlerUserId), right: true },
  { name: 'order', of: (fund) => idText(fund.orderId), right: true },
  { name: 'customer', of: (fund) => idText(fund.customerId), right: true },
  { name: 'created (UTC)', of: (fund) => secondText(fund.createTime) },
  { name: 'updated (UTC)', of: (fund) => secondText(fund.updateTime) },
];

/** An id with the name that belongs to it, as far as both are known. */
const named = (id: bigint, name = ''): string => [idText(id), name].filter((part) => part !== '').join(' ');

const fullTable: readonly Column<Fund>[] = [
  ...tableHead,
  { name: 'handler', of: (fund) => named(fund.handlerUserId, fund.details?.handlerName) },
  { name: 'department', of: (fund) => fund.details?.handlerDepartment ?? '' },
  { name: 'order', of: (fund) => idText(fund.orderId), right: true },
  { name: 'order owner', of: ({ details }) => named(details?.orderOwnerUserId ?? 0n, details?.orderOwnerName) },
  { name: 'customer', of: (fund) => named(fund.customerId, fund.details?.customerName) },
  {
    name: 'customer admin',
    of: ({ details }) => named(details?.customerAdminUserId ?? 0n, details?.customerAdminName),
  },
  { name: 'seen by', of: ({ details }) => basesText(details?.viewerBases ?? []) },
  { name: 'created (UTC)', of: (fund) => secondText(fund.createTime) },
];

const basicCsv: readonly Column<Fund>[] = [
  { name: 'fund_id', of: (fund) => String(fund.fundId) },
  { name: 'amount', of: (fund) => amountText(fund.amountCents) },
  { name: 'currency_code', of: (fund) => fund.currencyCode },
  { name: 'status', of: statusWord },
  { name: 'handler_user_id', of: (fund) => idText(fund.handlerUserId) },
  { name: 'order_id', of: (fund) => idText(fund.orderId) },
  { name: 'customer_id', of: (fund) => idText(fund.customerId) },
  { name: 'create_time', of: (fund) => instantText(fund.createTime) },
  { name: 'update_time', of: (fund) => instantText(fund.updateTime) },
];

const detail =
  (of: (details: FundDetails) => string) =>
  ({ details }: Fund): string =>
    details === undefined ? '' : of(details);

const fullCsv: readonly Column<Fund>[] = [
  ...basicCsv,
  { name: 'handler_name', of: detail(({ handlerName }) => handlerName) },
  { name: 'handler_department', of: detail(({ handlerDepartment }) => handlerDepartment) },
  { name: 'order_owner_user_id', of: detail(({ orderOwnerUserId }) => idText(orderOwnerUserId)) },
  { name: 'order_owner_name', of: detail(({ orderOwnerName }) => orderOwnerName) },
  { name: 'customer_name', of: detail(({ customerName }) => customerName) },
  { name: 'customer_admin_user_id', of: detail(({ customerAdminUserId }) => idText(customerAdminUserId)) },
  { name: 'customer_admin_name', of: detail(({ customerAdminName }) => customerAdminName) },
  { name: 'viewer_bases', of: detail(({ viewerBases }) => basesText(viewerBases)) },
];

/** Funds in every form; `full` shows their details. */
export function fundListing(full: boolean): Listing<Fund, Fund> {
  return {
    noun: 'funds',
    key: 'funds',
    jsonOf: (fund) => jsonOf(FundSchema, fund),
    linesOf: (fund) => [fund],
    table: full ? fullTable : basicTable,
    csv: full ? fullCsv : basicCsv,
  };
}

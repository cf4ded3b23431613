import type { Timestamp } from '@bufbuild/protobuf/wkt';
import { instantFromProto, requestReader, requireId, requireText, statusFromProto } from '@finance/api';
import type { FundFilter as ProtoFilter, FundStatus as ProtoStatus } from '@finance/contract/fund';
import { amountCentsMax, invalidField, type DomainError, type FundFilter, type FundStatus } from '@finance/domain';

/** There are five statuses; repeats are harmless, floods are not. */
const statusesMax = 16;

/** Reads a field that may be absent. */
const given = <Value, Read>(
  value: Value | undefined,
  field: string,
  read: (value: Value, field: string) => Read,
): Read | undefined => (value === undefined ? undefined : read(value, field));

const readFilter = requestReader<ProtoFilter>()({
  amountCentsMin: (filter) => given(filter.amountCentsMin, 'filter.amount_cents_min', requireAmount),
  amountCentsMax: (filter) => given(filter.amountCentsMax, 'filter.amount_cents_max', requireAmount),
  amountRange: ({ amountCentsMin: min, amountCentsMax: max }) => {
    if (min !== undefined && max !== undefined && min > max)
      throw emptyRange('amount_cents_min', 'is above', 'amount_cents_max');
  },
  createdFromMicros: (filter) => given(filter.createdFrom, 'filter.created_from', instantFromProto),
  createdToMicros: (filter) => given(filter.createdTo, 'filter.created_to', instantFromProto),
  createdRange: ({ createdFrom, createdTo }) => {
    if (createdFrom && createdTo && isAfter(createdFrom, createdTo))
      throw emptyRange('created_from', 'is after', 'created_to');
  },
  statuses: ({ statuses }) => (statuses.length > 0 ? readStatuses(statuses) : undefined),
  handlerDepartment: (filter) =>
    given(filter.handlerDepartment, 'filter.handler_department', (text, field) => requireText(text, field, 0, 100)),
  handlerUserId: (filter) => given(filter.handlerUserId, 'filter.handler_user_id', requireId),
  orderId: (filter) => given(filter.orderId, 'filter.order_id', requireId),
  customerId: (filter) => given(filter.customerId, 'filter.customer_id', requireId),
});

/**
 * Reads a filter; a missing one narrows nothing.
 * @throws DomainError FILTER_INVALID for empty ranges, FIELD_INVALID for a field out of bounds
 */
export const parseFundFilter = (filter: ProtoFilter | undefined): FundFilter =>
  // The reader leaves out what is undefined, as a filter has to.
  filter === undefined ? {} : (readFilter(filter) as FundFilter);

function readStatuses(statuses: readonly ProtoStatus[]): FundStatus[] {
  const field = 'filter.statuses';
  if (statuses.length > statusesMax) {
    throw invalidField(field, `holds ${statuses.length} entries; at most ${statusesMax}`, 'FILTER_INVALID');
  }
  return [...new Set(statuses.map((status, index) => statusFromProto(status, `${field}[${index}]`)))].sort();
}

const emptyRange = (from: string, problem: string, to: string): DomainError =>
  invalidField(`filter.${from}`, `${problem} ${to}`, 'FILTER_INVALID', { names: [to] });

const isAfter = (one: Timestamp, other: Timestamp): boolean =>
  one.seconds > other.seconds || (one.seconds === other.seconds && one.nanos > other.nanos);

/** @throws DomainError FIELD_INVALID outside DECIMAL(15,2) */
export function requireAmount(cents: bigint, field: string): bigint {
  if (cents > amountCentsMax || cents < -amountCentsMax) {
    throw invalidField(field, `must lie within ±${amountCentsMax} cents`, 'FIELD_INVALID', { value: cents });
  }
  return cents;
}

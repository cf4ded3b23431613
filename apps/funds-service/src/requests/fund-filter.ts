import { microsFromProto, requireId, requireText, statusFromProto } from '@finance/api';
import type { FundFilter as ProtoFilter } from '@finance/contract/fund';
import { amountCentsMax, invalidField, type FundFilter } from '@finance/domain';

/** There are five statuses; repeats are harmless, floods are not. */
const statusesMax = 16;

/**
 * Reads a filter; a missing one narrows nothing.
 * @throws DomainError FILTER_INVALID for empty ranges, FIELD_INVALID for a field out of bounds
 */
export function parseFundFilter(filter: ProtoFilter | undefined): FundFilter {
  if (!filter) return {};
  const { amountCentsMin, amountCentsMax: max, createdFrom, createdTo, statuses } = filter;
  const { handlerDepartment, handlerUserId, orderId, customerId } = filter;
  const created = {
    ...(createdFrom && { createdFromMicros: microsFromProto(createdFrom, 'filter.created_from') }),
    ...(createdTo && { createdToMicros: microsFromProto(createdTo, 'filter.created_to') }),
  };
  if (amountCentsMin !== undefined && max !== undefined && amountCentsMin > max) {
    throw invalidField('filter.amount_cents_min', 'is above amount_cents_max', 'FILTER_INVALID');
  }
  if (created.createdFromMicros !== undefined && created.createdToMicros !== undefined) {
    if (created.createdFromMicros > created.createdToMicros) {
      throw invalidField('filter.created_from', 'is after created_to', 'FILTER_INVALID');
    }
  }
  if (statuses.length > statusesMax) {
    throw invalidField('filter.statuses', `holds ${statuses.length} entries; at most ${statusesMax}`, 'FILTER_INVALID');
  }
  return {
    ...(amountCentsMin !== undefined && { amountCentsMin: requireAmount(amountCentsMin, 'filter.amount_cents_min') }),
    ...(max !== undefined && { amountCentsMax: requireAmount(max, 'filter.amount_cents_max') }),
    ...created,
    ...(statuses.length > 0 && {
      statuses: [...new Set(statuses.map((status) => statusFromProto(status, 'filter.statuses')))].sort(),
    }),
    ...(handlerDepartment !== undefined && {
      handlerDepartment: requireText(handlerDepartment, 'filter.handler_department', 0, 100),
    }),
    ...(handlerUserId !== undefined && { handlerUserId: requireId(handlerUserId, 'filter.handler_user_id') }),
    ...(orderId !== undefined && { orderId: requireId(orderId, 'filter.order_id') }),
    ...(customerId !== undefined && { customerId: requireId(customerId, 'filter.customer_id') }),
  };
}

/** @throws DomainError FIELD_INVALID outside DECIMAL(15,2) */
export function requireAmount(cents: bigint, field: string): bigint {
  if (cents > amountCentsMax || cents < -amountCentsMax) {
    throw invalidField(field, `must lie within ±${amountCentsMax} cents`);
  }
  return cents;
}

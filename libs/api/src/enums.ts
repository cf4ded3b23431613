import { Basis as ProtoBasis, Role as ProtoRole } from '@finance/contract/permission';
import { FundStatus as ProtoFundStatus } from '@finance/contract/fund';
import { invalidField, type BasisName, type FundStatus, type Role } from '@finance/domain';

const roleToProto: Record<Role, ProtoRole> = {
  admin: ProtoRole.ADMIN,
  supervisor: ProtoRole.SUPERVISOR,
  staff: ProtoRole.STAFF,
};

const basisToProto: Record<BasisName, ProtoBasis> = {
  handler: ProtoBasis.HANDLER,
  order_owner: ProtoBasis.ORDER_OWNER,
  customer_admin: ProtoBasis.CUSTOMER_ADMIN,
};

const statusToProto: Record<FundStatus, ProtoFundStatus> = {
  pending: ProtoFundStatus.PENDING,
  approved: ProtoFundStatus.APPROVED,
  rejected: ProtoFundStatus.REJECTED,
  settled: ProtoFundStatus.SETTLED,
  cancelled: ProtoFundStatus.CANCELLED,
};

function keyOf<Key extends string>(table: Record<Key, number>, value: number, field: string): Key {
  const found = (Object.keys(table) as Key[]).find((key) => table[key] === value);
  if (found === undefined)
    throw invalidField(field, `has the unknown or unset value ${value}`, 'FIELD_INVALID', { value });
  return found;
}

export const protoRole = (role: Role): ProtoRole => roleToProto[role];
export const protoBasis = (basis: BasisName): ProtoBasis => basisToProto[basis];
export const protoStatus = (status: FundStatus): ProtoFundStatus => statusToProto[status];

/** @throws DomainError FIELD_INVALID for an unset or unknown role */
export const roleFromProto = (role: ProtoRole, field: string): Role => keyOf(roleToProto, role, field);
/** @throws DomainError FIELD_INVALID for an unset or unknown status */
export const statusFromProto = (status: ProtoFundStatus, field: string): FundStatus =>
  keyOf(statusToProto, status, field);

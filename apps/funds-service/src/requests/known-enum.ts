import type { DescEnum } from '@bufbuild/protobuf';
import { invalidField } from '@finance/domain';

/** @throws DomainError FIELD_INVALID for a number the enum does not have */
export function requireKnown(desc: DescEnum, value: number, field: string): void {
  if (desc.value[value] === undefined)
    throw invalidField(field, `has the unknown value ${value}`, 'FIELD_INVALID', { value });
}

import type { FieldMask } from '@bufbuild/protobuf/wkt';
import { DomainError } from '@finance/domain';

/** The masked fields, each once. @throws DomainError UPDATE_MASK_INVALID when empty or with other fields */
export function parseUpdateMask<Field extends string>(
  mask: FieldMask | undefined,
  fields: readonly Field[],
): Set<Field> {
  const paths = mask?.paths ?? [];
  const allowed = fields.join(', ');
  const invalid = (problem: string): DomainError =>
    new DomainError('UPDATE_MASK_INVALID', problem, { field: 'update_mask', allowed }, { names: fields });
  if (paths.length === 0) throw invalid(`update_mask is empty; name what to change: ${allowed}`);
  const known = paths.filter((path): path is Field => (fields as readonly string[]).includes(path));
  if (known.length < paths.length) throw invalid(`update_mask may name only ${allowed}`);
  return new Set(known);
}

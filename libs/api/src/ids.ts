import { allProblems, DomainError, invalidField } from '@finance/domain';

/** Most ids in one batch call. */
export const batchIdsMax = 1_000;

/** An id that must be given. @throws DomainError FIELD_INVALID unless positive */
export function requireId(value: bigint, field: string): bigint {
  if (value <= 0n) throw notPositive(value, field);
  return value;
}

const notPositive = (value: bigint, field: string): DomainError =>
  invalidField(field, `is ${value}; it must be a positive id`, 'FIELD_INVALID', { value });

/** An id where 0 stands for none. @throws DomainError FIELD_INVALID when negative */
export function optionalId(value: bigint, field: string): bigint | null {
  return value === 0n ? null : requireId(value, field);
}

/** The ids that a database generates go on from the greatest there is: nobody may use them up. */
const chosenIdMax = 2n ** 62n;

/** The id of something new, where 0 lets the database choose. @throws DomainError FIELD_INVALID beyond 2^62 */
export function chosenId(value: bigint, field: string): bigint {
  const id = optionalId(value, field) ?? 0n;
  if (id <= chosenIdMax) return id;
  throw new DomainError('FIELD_INVALID', `${field} is ${id}; choose one up to ${chosenIdMax}, or none`, {
    field,
    value: String(id),
    max: String(chosenIdMax),
  });
}

/** 1 to {@link batchIdsMax} ids. @throws DomainError BATCH_TOO_LARGE, FIELD_INVALID */
export function requireIds(values: readonly bigint[], field: string): readonly bigint[] {
  if (values.length === 0 || values.length > batchIdsMax) {
    throw new DomainError('BATCH_TOO_LARGE', `${field} holds ${values.length} ids; send 1 to ${batchIdsMax}`, {
      field,
      count: String(values.length),
      max: String(batchIdsMax),
    });
  }
  const wrong = values.flatMap((value, index) => (value <= 0n ? [{ value, place: `${field}[${index}]` }] : []));
  if (wrong.length > 0) throw allProblems(wrong.map(({ value, place }) => notPositive(value, place)));
  return values;
}

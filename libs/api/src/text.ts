import { invalidField } from '@finance/domain';

/**
 * A text field within its column's length in characters.
 * @throws DomainError FIELD_INVALID when too short, too long, or with control characters or lone surrogates
 */
export function requireText(value: string, field: string, lengthMin: number, lengthMax: number): string {
  const length = [...value].length;
  if (length < lengthMin || length > lengthMax) {
    throw invalidField(field, `has ${length} characters; it must have ${lengthMin} to ${lengthMax}`);
  }
  if (/\p{Cc}/u.test(value) || !value.isWellFormed()) throw invalidField(field, 'must not hold control characters');
  return value;
}

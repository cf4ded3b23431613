import { DomainError, type Writer } from '@finance/domain';

/** Alike for what is not there and for what the writer may not see. @param field proto path of what it is about */
export const writeRefused = ({ userId }: Writer, field: string, problem: string): DomainError =>
  new DomainError('WRITE_NOT_ALLOWED', `${field} ${problem} (user ${userId ?? 'unknown'})`, { field });

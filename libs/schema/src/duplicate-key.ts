import { isDuplicateKey as isMysqlDuplicateKey } from './mysql/errors.ts';
import { isDuplicateKey as isSqliteDuplicateKey } from './sqlite/errors.ts';

/** Whether a statement failed because its key exists, on any engine. */
export const isDuplicateKey = (error: unknown): boolean => isMysqlDuplicateKey(error) || isSqliteDuplicateKey(error);

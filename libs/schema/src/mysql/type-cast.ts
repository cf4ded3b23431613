import { centsFromDecimal } from '@finance/domain';
import type { TypeCastField, TypeCastNext } from 'mysql2';
import { microsFromMysqlInstant } from './instant.ts';

/**
 * Gives every engine's rows the same types (see `Row`). Our only columns with decimal places are amounts; a DECIMAL
 * without places, such as SUM over integers, stays a whole number.
 */
export function typeCast(field: TypeCastField, next: TypeCastNext): unknown {
  switch (field.type) {
    case 'TINY':
    case 'SHORT':
    case 'INT24':
    case 'LONG':
    case 'LONGLONG': {
      const text = field.string();
      return text === null ? null : BigInt(text);
    }
    case 'DECIMAL':
    case 'NEWDECIMAL': {
      const text = field.string();
      if (text === null) return null;
      return text.includes('.') ? centsFromDecimal(text) : BigInt(text);
    }
    case 'DATETIME':
    case 'TIMESTAMP': {
      const text = field.string();
      // Text where there is no such moment: whoever reads the row says what it is.
      return text === null ? null : (microsFromMysqlInstant(text) ?? text);
    }
    default:
      return next();
  }
}

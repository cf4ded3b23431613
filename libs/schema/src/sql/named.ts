import { sql, type SQL } from 'drizzle-orm';

/** What `sql` is, but for statements of one name. */
export type NamedSql = (strings: TemplateStringsArray, ...values: unknown[]) => SQL;

const names = new WeakMap<SQL, string>();

/**
 * A tag like `sql` for the statements of one file, `<lib>/<path>`: the label under which their times are measured. Only
 * the outermost statement counts; a fragment's name is lost.
 */
export function named(name: string): NamedSql {
  return (strings, ...values) => {
    const statement = sql(strings, ...values);
    names.set(statement, name);
    return statement;
  };
}

/** The name that a statement was given; `other` without one. */
export const nameOf = (statement: SQL): string => names.get(statement) ?? 'other';

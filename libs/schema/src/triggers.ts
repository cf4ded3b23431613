import { migrationStatements, type OfEngine } from './migration-statements.ts';
import { orgTriggers } from './mysql/org-triggers.ts';

/** The CREATE TRIGGER statements of this release by name, without those that later migrations replaced. */
export function triggerStatements(target: OfEngine): ReadonlyMap<string, string> {
  if (target.engine === 'mysql') return orgTriggers;
  const named = migrationStatements(target).flatMap((statement) => {
    const name = /^CREATE TRIGGER `(\w+)`/.exec(statement)?.[1];
    return name === undefined ? [] : [[name, statement] as const];
  });
  return new Map(named);
}

/** Reads the triggers that are there, for {@link missingTriggers}. */
export const triggersQuery: Readonly<Record<OfEngine['engine'], string>> = {
  sqlite: `SELECT name, sql AS statement FROM sqlite_master WHERE type = 'trigger'`,
  mysql: `SELECT trigger_name AS name, CONCAT('CREATE TRIGGER \`', trigger_name, '\` ', action_timing, ' ',
      event_manipulation, ' ON ', event_object_table, ' FOR EACH ROW ', action_statement) AS statement
    FROM information_schema.triggers WHERE trigger_schema = DATABASE()`,
};

/** The triggers of this release that a database lacks, or has with another text, by name. */
export function missingTriggers(
  target: OfEngine,
  rows: readonly Readonly<Record<string, unknown>>[],
): ReadonlyMap<string, string> {
  const present = new Map(rows.map((row) => [String(row['name']), textOf(String(row['statement']))]));
  return new Map([...triggerStatements(target)].filter(([name, text]) => present.get(name) !== textOf(text)));
}

/** Whether a trigger notices changes of the org; SQLite's others write its change log. */
export const isOrgTrigger = (name: string): boolean => name.endsWith('_org');

/** SQLite keeps a statement without its semicolon. */
const textOf = (statement: string): string => statement.replace(/;$/, '').replace(/\s+/g, ' ').trim();

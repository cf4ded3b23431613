const jump = 'version = version + 1 + CAST(FLOOR(RAND() * 4294967296) AS SIGNED)';
const changed = `UPDATE org_state SET ${jump}, tree_in_step = 0 WHERE id = 1`;

/**
 * MySQL's counterpart of SQLite's triggers `users_*_org`, by name: whoever changes who is there, who reports to whom or
 * who has which role, raises the org's version, and marks the stored tree as out of step if it is.
 */
export const orgTriggers: ReadonlyMap<string, string> = new Map([
  ['users_insert_org', `CREATE TRIGGER \`users_insert_org\` AFTER INSERT ON users FOR EACH ROW ${changed}`],
  ['users_delete_org', `CREATE TRIGGER \`users_delete_org\` AFTER DELETE ON users FOR EACH ROW ${changed}`],
  [
    'users_update_org',
    `CREATE TRIGGER \`users_update_org\` AFTER UPDATE ON users FOR EACH ROW
      IF NOT (OLD.id = NEW.id AND OLD.parent_id <=> NEW.parent_id) THEN ${changed};
      ELSEIF OLD.role <> NEW.role THEN UPDATE org_state SET ${jump} WHERE id = 1;
      END IF`,
  ],
]);

/** ER_BINLOG_CREATE_ROUTINE_NEED_SUPER, ER_TABLEACCESS_DENIED_ERROR, ER_SPECIFIC_ACCESS_DENIED_ERROR. */
const refusals = new Set([1419, 1142, 1227]);

/**
 * Creates the triggers that are missing, and says whether all are there. A server may refuse them to this user: with
 * binary logging they need `log_bin_trust_function_creators` or SUPER. Then the stored tree is never trusted: SQL finds
 * people by `parent_id`, which is as right and slower.
 */
export async function ensureOrgTriggers(
  query: (statement: string) => Promise<readonly Readonly<Record<string, unknown>>[]>,
): Promise<boolean> {
  const rows = await query(
    'SELECT trigger_name AS name FROM information_schema.triggers WHERE trigger_schema = DATABASE()',
  );
  const present = new Set(rows.map((row) => String(row['name'])));
  const missing = [...orgTriggers].filter(([name]) => !present.has(name));
  if (missing.length === 0) return true;
  // What was changed without triggers nobody knows; an empty tree is in step.
  const unknown = (inStep: string) => query(`UPDATE org_state SET tree_in_step = ${inStep} WHERE id = 1`);
  try {
    for (const [, statement] of missing) await query(statement);
    await unknown('NOT EXISTS (SELECT 1 FROM users)');
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'errno' in error && refusals.has(Number(error.errno)))) throw error;
    await unknown('0');
    return false;
  }
}

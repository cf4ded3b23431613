import { missingTriggers, triggersQuery } from '../triggers.ts';

/** ER_BINLOG_CREATE_ROUTINE_NEED_SUPER, ER_TABLEACCESS_DENIED_ERROR, ER_SPECIFIC_ACCESS_DENIED_ERROR. */
const refusals = new Set([1419, 1142, 1227]);

/**
 * Creates the triggers that are missing or altered, and says whether all are there. A server may refuse them to this user: with
 * binary logging they need `log_bin_trust_function_creators` or SUPER. Then the stored tree is never trusted: SQL finds
 * people by `parent_id`, which is as right and slower.
 */
export async function ensureOrgTriggers(
  query: (statement: string) => Promise<readonly Readonly<Record<string, unknown>>[]>,
): Promise<boolean> {
  const missing = missingTriggers({ engine: 'mysql' }, await query(triggersQuery.mysql));
  if (missing.size === 0) return true;
  // What was changed without triggers nobody knows; an empty tree is in step.
  const unknown = (inStep: string) => query(`UPDATE org_state SET tree_in_step = ${inStep} WHERE id = 1`);
  try {
    for (const [name, statement] of missing) {
      await query(`DROP TRIGGER IF EXISTS \`${name}\``);
      await query(statement);
    }
    await unknown('NOT EXISTS (SELECT 1 FROM users)');
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'errno' in error && refusals.has(Number(error.errno)))) throw error;
    await unknown('0');
    return false;
  }
}

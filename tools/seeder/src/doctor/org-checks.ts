import { orgDepthMax } from '@finance/domain';
import type { SqlConnection } from '../database/sql-connection.ts';
import { checkOrg } from '../org/org-check.ts';
import { listIds } from '../org/rebuild-org.ts';
import { fail, noneOf, ok, warn, type Finding } from './finding.ts';

const repair = 'seeder:doctor -- --repair';

/** The tree of `parent_id`, and what is derived from it. Reads people and closure once. */
export async function checkOrgRows(connection: SqlConnection): Promise<Finding[]> {
  const { people, tree, wrongIntervals, missingClosureRows, wrongClosureRows } = await checkOrg(connection);
  const { cyclicUserIds, orphanUserIds } = tree;
  let depth = 0;
  for (const interval of tree.intervals.values()) depth = Math.max(depth, interval.depth + 1);
  const states = await connection.all('SELECT version, tree_in_step FROM org_state WHERE id = 1');
  const wrongIds = wrongIntervals.map(({ userId }) => userId);
  return [
    ok('people', people.length.toLocaleString('en')),
    noneOf('cycles', cyclicUserIds.length, 'users on or below a cycle', (message) =>
      fail('cycles', `${message}: ${listIds(cyclicUserIds)}`, 'correct their parent_id, then --repair'),
    ),
    noneOf('orphans', orphanUserIds.length, 'users whose parent does not exist', (message) =>
      warn(
        'orphans',
        `${message}, taken as roots: ${listIds(orphanUserIds)}`,
        'correct their parent_id, then --repair',
      ),
    ),
    depth <= orgDepthMax
      ? ok('depth', `${depth} levels`)
      : fail('depth', `${depth} levels, at most ${orgDepthMax} are possible`, 'move people up, then --repair'),
    noneOf('intervals', wrongIntervals.length, 'users with a wrong interval', (message) =>
      fail('intervals', `${message}: ${listIds(wrongIds)}`, repair),
    ),
    noneOf('closure', missingClosureRows.length, 'missing closure rows', (message) => fail('closure', message, repair)),
    noneOf('closure', wrongClosureRows.length, 'wrong closure rows', (message) => fail('closure', message, repair)),
    states[0]?.['tree_in_step'] === 0n
      ? warn('org tree', 'not known to be in step: SQL finds people by parent_id, which is slower', repair)
      : ok('org tree', 'in step'),
    states.length === 1
      ? ok('org version', String(states[0]!['version']))
      : fail('org version', 'org_state has no row', 'INSERT INTO org_state (id, version) VALUES (1, 1)'),
  ];
}

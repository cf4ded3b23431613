import { createHash } from 'node:crypto';
import { roleFromRow } from '@finance/schema';
import type { SqlConnection } from '../database/sql-connection.ts';
import type { Person } from '../profiles/profile.ts';
import { SeederError } from '../seeder-error.ts';

/** The people a database holds, in id order, and a sum over who stands below whom. */
export async function peopleInDatabase(connection: SqlConnection): Promise<{ people: Person[]; sum: string }> {
  const rows = await connection.all('SELECT id, name, role, department, parent_id FROM users ORDER BY id');
  if (rows.length === 0)
    throw new SeederError('--skip-setup needs people, but the table users is empty; run without it');
  const hash = createHash('sha256');
  const people = rows.map((row): Person => {
    hash.update(`${row['id']} ${row['parent_id']}\n`);
    return {
      userId: Number(row['id']),
      name: String(row['name']),
      role: roleFromRow(row),
      department: String(row['department']),
      parentUserId: row['parent_id'] === null ? null : Number(row['parent_id']),
    };
  });
  return { people, sum: hash.digest('hex').slice(0, 16) };
}

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

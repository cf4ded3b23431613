import type { SqlConnection } from '../database/sql-connection.ts';
import type { AdoptPlanDraft } from './adopt-plan.ts';
import type { MigrationTable } from './migration-tables.ts';
import type { ColumnUse } from './old-columns.ts';
import type { ColumnFacts, TableFacts } from './table-facts.ts';

/** InnoDB indexes at most 3,072 bytes: this many characters of 4 bytes and an id. */
const indexedCharactersMax = 766;
const collation = 'utf8mb4_bin';

/** Plans what old MySQL columns need so that our SQL means the same on them; values and nullability stay. */
export async function planOldMysqlColumns(
  connection: SqlConnection,
  table: MigrationTable,
  uses: Readonly<Record<string, ColumnUse>>,
  facts: TableFacts,
  draft: AdoptPlanDraft,
): Promise<void> {
  if (facts.storage !== 'innodb')
    draft.step(`${table.name} becomes transactional`, `ALTER TABLE \`${table.name}\` ENGINE = InnoDB`);
  for (const [name, use] of Object.entries(uses)) {
    const column = facts.columns.get(name);
    if (!column) continue;
    const at = `${table.name}.${name}`;
    const refuse = (why: string): void => draft.refuse(`${at} is ${column.type}: ${why}`);
    const modify = (type: string, tail = ''): void => {
      draft.step(
        `${at}: ${column.type} becomes ${type}`,
        `ALTER TABLE \`${table.name}\` MODIFY COLUMN \`${name}\` ${type} ${attributes(connection, column)}${tail}`,
      );
    };
    if (column.isGenerated) {
      refuse('a generated column cannot be written; make it a plain one');
      continue;
    }
    switch (use) {
      case 'key':
      case 'id':
        if (!/^(tiny|small|medium|big)?int\b/.test(column.type)) refuse('ids must be integers');
        else if (use === 'key' && !column.isAutoIncrement) modify(column.type, ' AUTO_INCREMENT');
        break;
      case 'amount': {
        const scale = /^decimal\(\d+,(\d+)\)/.exec(column.type)?.[1];
        if (scale === undefined) refuse('which money it means would be a guess; make it DECIMAL(15,2)');
        else if (column.type !== 'decimal(15,2)') modify('decimal(15,2)');
        break;
      }
      case 'instant':
        if (!/^(datetime|timestamp)/.test(column.type)) refuse('it must be DATETIME or TIMESTAMP');
        else if (!column.type.endsWith('(6)'))
          draft.warn(`${at} is ${column.type}: instants that our API writes are rounded to it`);
        break;
      case 'rank':
        break;
      default:
        await planText(connection, table, column, refuse, modify);
    }
  }
}

async function planText(
  connection: SqlConnection,
  table: MigrationTable,
  column: ColumnFacts,
  refuse: (why: string) => void,
  modify: (type: string) => void,
): Promise<void> {
  const ours = Number(/^varchar\((\d+)\)/.exec(table.columns.get(column.name)!)![1]);
  if (!/^(varchar|char|enum|tinytext|text|mediumtext|longtext)\b/.test(column.type)) {
    refuse('it must be text');
    return;
  }
  const theirs = Number(/^(?:var)?char\((\d+)\)/.exec(column.type)?.[1] ?? ours);
  const length = Math.max(ours, theirs);
  if (length > indexedCharactersMax) {
    refuse(`at most ${indexedCharactersMax} characters can be indexed; shorten it`);
    return;
  }
  const [longest] = await connection.all(
    `SELECT COALESCE(MAX(CHAR_LENGTH(\`${column.name}\`)), 0) AS n FROM \`${table.name}\``,
  );
  if (Number(longest!['n']) > length) {
    refuse(`its longest value has ${longest!['n']} characters, at most ${length} are possible; shorten it`);
    return;
  }
  // ENUMs sort by number and other collations ignore case: the same query would answer otherwise than elsewhere.
  if (column.type !== `varchar(${length})` || column.collation !== collation) {
    modify(`varchar(${length}) CHARACTER SET utf8mb4 COLLATE ${collation}`);
  }
}

/** The rest of a column's definition, which MODIFY would drop if it were not repeated. */
function attributes(connection: SqlConnection, column: ColumnFacts): string {
  const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
  const isDefaulted = column.defaultValue !== null && !column.isAutoIncrement && connection.engine === 'mysql';
  return [
    column.isNullable ? 'NULL' : 'NOT NULL',
    isDefaulted ? `DEFAULT ${quote(column.defaultValue!)}` : '',
    column.comment ? `COMMENT ${quote(column.comment)}` : '',
  ]
    .filter(Boolean)
    .join(' ');
}

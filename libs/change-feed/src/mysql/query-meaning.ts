import { feedTables } from '../rows/feed-tables.ts';

/** What a statement in the binlog means for a follower. */
export type QueryMeaning =
  | 'begin'
  | 'rollback'
  | 'partial-rollback'
  /** What follows waits for its `xa-commit`, which may come long after other transactions. */
  | 'xa-start'
  | 'xa-commit'
  | 'xa-rollback'
  /** Inside of a transaction, without a meaning for its rows. */
  | 'none'
  /** It changed rows or columns of our tables in a way that no row event tells. */
  | 'touches-us'
  /** The end of a transaction, by COMMIT or because the statement is one by itself. */
  | 'commit';

const tableName = new RegExp(`\\b(${feedTables.map(({ name }) => name).join('|')})\\b`, 'i');
/** What changes neither rows nor columns, whatever tables it names. */
const harmless =
  /^(create\s+(unique\s+|fulltext\s+|spatial\s+)?index|drop\s+index|analyze|optimize|check|repair|flush|grant|revoke|set|(create|alter|drop)(\s+or\s+replace)?\s+(\w+\s*=\s*\S+\s+)*(sql\s+security\s+\w+\s+)?(user|role|view|trigger|procedure|function|event)|(create|drop)\s+temporary)\b/i;

const verbs: readonly (readonly [RegExp, QueryMeaning])[] = [
  [/^(begin|start\s+transaction)\b/i, 'begin'],
  [/^commit\b/i, 'commit'],
  [/^rollback\s+to\b/i, 'partial-rollback'],
  [/^rollback\b/i, 'rollback'],
  [/^xa\s+start\b/i, 'xa-start'],
  [/^xa\s+commit\b/i, 'xa-commit'],
  [/^xa\s+rollback\b/i, 'xa-rollback'],
  [/^(savepoint|release\s+savepoint|xa\s+end)\b/i, 'none'],
];

/** Reads a statement that was logged in `database`; rather wary than sorry. */
export function queryMeaning(text: string, database: string, ourDatabase: string): QueryMeaning {
  const statement = text.replace(/^(\s|\/\*(?!!)[\s\S]*?\*\/|--[^\n]*\n|#[^\n]*\n)+/, '');
  const verb = verbs.find(([pattern]) => pattern.test(statement));
  if (verb) return verb[1];
  const isOurs = database === ourDatabase || namesOf(statement).has(ourDatabase);
  if (!isOurs || harmless.test(statement)) return 'commit';
  return tableName.test(statement) || /^(drop|alter)\s+(database|schema)\b/i.test(statement) ? 'touches-us' : 'commit';
}

const namesOf = (statement: string): ReadonlySet<string> => new Set(statement.split(/[^\w$-]+/));

/** The identifier of an `XA` statement, as MySQL writes it into the binlog. */
export const xaIdentifier = (text: string): string => /X'.*?',X'.*?',\d+/i.exec(text)?.[0] ?? text;

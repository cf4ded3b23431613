import { feedTables } from '../rows/feed-tables.ts';
import type { FollowedDatabase } from './followed-database.ts';
import type { QueryEvent } from './query-event.ts';

/** What a statement in the binlog means for a follower. */
export type QueryMeaning =
  /** What follows is one transaction, up to its commit. */
  | 'begin'
  | 'rollback'
  | 'partial-rollback'
  /** What follows waits for its `xa-commit`, which may come long after other transactions. */
  | 'xa-start'
  | 'xa-commit'
  | 'xa-rollback'
  /** Says nothing about our rows. Outside of a transaction it is one by itself. */
  | 'none'
  /** It changed, or may have changed, rows or columns of our tables, and no row event tells how. */
  | 'touches-us'
  | 'commit';

const tableName = new RegExp(`\\b(${feedTables.map(({ name }) => name).join('|')})\\b`, 'i');
const definable =
  'user|role|view|trigger|procedure|function|aggregate|event|server|instance|tablespace|undo|resource|spatial|library|loadable';
/** What changes neither rows nor columns, whatever tables it names. */
const harmless = new RegExp(
  `^(create\\s+(unique\\s+|fulltext\\s+)?index|drop\\s+index|analyze|optimize|check|repair|flush|grant|revoke|set|rename\\s+user|(un)?install|(create|alter|drop)(\\s+or\\s+replace)?\\s+(\\w+\\s*=\\s*\\S+\\s+)*(sql\\s+security\\s+\\w+\\s+)?(${definable})|(create|drop)\\s+temporary)\\b`,
  'i',
);
/** What changes the tables that it names, and no others. */
const definition = /^(create|alter|drop|rename|truncate)\b/i;
/** Drops every table without a name. */
const wholeDatabase = /^(drop|alter)\s+(database|schema)\s+(if\s+exists\s+)?(`(?:``|[^`])+`|[^\s/;]+)/i;

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

/**
 * Reads a statement. One that changes rows is judged by the databases that it used, never by its text: a view, a trigger
 * or a function of any name may lead to our tables. What cannot be judged touches us.
 */
export function queryMeaning(query: QueryEvent, ours: FollowedDatabase): QueryMeaning {
  const statement = query.text.replace(/^(\s|\/\*(?!!)[\s\S]*?\*\/|--[^\n]*\n|#[^\n]*\n)+/, '');
  const verb = verbs.find(([pattern]) => pattern.test(statement));
  if (verb) return verb[1];
  if (harmless.test(statement)) return 'none';
  if (!definition.test(statement)) return mayHaveUsed(query, ours) ? 'touches-us' : 'none';
  const dropped = wholeDatabase.exec(statement)?.[4];
  if (dropped !== undefined) return isDropped(dropped, query, ours) ? 'touches-us' : 'none';
  if (mayHaveNamed(query, ours) && tableName.test(statement)) return 'touches-us';
  // CREATE TABLE … SELECT: its rows follow, and its commit.
  return /\bstart\s+transaction\s*$/i.test(statement) ? 'begin' : 'none';
}

const mayHaveUsed = ({ accessed }: QueryEvent, ours: FollowedDatabase): boolean =>
  accessed === undefined || accessed.some((name) => ours.isCalled(name));

/** The text is in the client's character set; the databases used are in UTF-8, but not every statement has them. */
const mayHaveNamed = (query: QueryEvent, ours: FollowedDatabase): boolean =>
  ours.isCalled(query.database) || ours.isNamedIn(query.text) || mayHaveUsed(query, ours);

/** Such a statement is logged in the database that it drops. */
const isDropped = (named: string, { database }: QueryEvent, ours: FollowedDatabase): boolean =>
  ours.isCalled(database) || ours.isCalled(named.replace(/^`|`$/g, '').replaceAll('``', '`'));

/** The identifier of an `XA` statement, as MySQL writes it into the binlog. */
export const xaIdentifier = (text: string): string => /X'.*?',X'.*?',\d+/i.exec(text)?.[0] ?? text;

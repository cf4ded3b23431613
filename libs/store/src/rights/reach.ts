import { DomainError, type Role, type Scope, type Writer } from '@finance/domain';
import { named, isAmong, type SqlSession } from '@finance/schema';
import { sql } from 'drizzle-orm';
import { idList } from '../id-list.ts';
import { resolveScope } from '../org/resolve-scope.ts';

const namedSql = named('store/reach');

/** The people whom a writer's own user sees. */
export interface Reach {
  /** Of the writer's user; undefined where there is no such user, who reaches nobody. */
  readonly role: Role | undefined;
  /** An admin's: nothing that it changes gives it more. */
  readonly isEverybody: boolean;
  /** Undefined where there is no such user. */
  readonly scope: Scope | undefined;
}

/** The reach that bounds a write in the session's state; undefined for a service, which nothing bounds. */
export async function reachOf(session: SqlSession, { userId, isConfined }: Writer): Promise<Reach | undefined> {
  if (userId === undefined && !isConfined) return undefined;
  const scope = userId === undefined ? undefined : await scopeOf(session, userId);
  return { role: scope?.role, isEverybody: scope?.people === null, scope };
}

async function scopeOf(session: SqlSession, userId: bigint): Promise<Scope | undefined> {
  try {
    return await resolveScope(session, userId);
  } catch (error) {
    if (error instanceof DomainError && error.reason === 'VIEWER_NOT_FOUND') return undefined;
    throw error;
  }
}

/** Something that is to pass from people to others; undefined stands for a person who is not known. */
export interface HandOver {
  /** Whom it touches now; `new` where nothing is there yet. */
  readonly from: readonly (bigint | undefined)[] | 'new';
  /** Whom it is to touch. */
  readonly to: readonly (bigint | undefined)[];
}

/** What is wrong with a hand-over: the thing is out of reach, those who are to get it are, or it would come into reach. */
export type HandOverProblem = 'thing' | 'people' | 'gain';

/**
 * Judges a hand-over. A confined writer gives what touches somebody in its reach to people in its reach. Nobody who is
 * known as a user brings anything into their own reach. Index: primary key of users.
 */
export async function handOverProblem(
  session: SqlSession,
  { isConfined }: Writer,
  reach: Reach,
  { from, to }: HandOver,
): Promise<HandOverProblem | undefined> {
  if (reach.isEverybody) return undefined;
  const holders = from === 'new' ? [] : from;
  const inReach = await among(session, reach, [...holders, ...to]);
  const has = (userId: bigint | undefined): boolean => userId !== undefined && inReach.has(userId);
  const hadIt = from === 'new' || holders.some(has);
  if (!isConfined) return !hadIt && to.some(has) ? 'gain' : undefined;
  if (!hadIt) return 'thing';
  return to.every(has) ? undefined : 'people';
}

async function among(
  session: SqlSession,
  { scope }: Reach,
  userIds: readonly (bigint | undefined)[],
): Promise<ReadonlySet<bigint>> {
  const known = userIds.filter((userId) => userId !== undefined);
  if (!scope?.people || known.length === 0) return new Set();
  const rows = await session.all(
    namedSql`SELECT u.id FROM users u WHERE u.id IN ${idList(known)} AND ${isAmong(sql`u`, scope.people)}`,
  );
  return new Set(rows.map((row) => row['id'] as bigint));
}

import { historyPointOf, named, type Database, type SqlSession } from '@finance/schema';

const namedSql = named('strategies/parallel/same-snapshot');

/** Who waits longer for further connections holds one that others wait for: a pool of such callers stands still. */
const connectionWaitMs = 50;

/**
 * Runs work on further sessions that see the same state as `session`, or returns undefined, and the work's reads are
 * to be thrown away, where such sessions are not to be had:
 * - MySQL cannot share a snapshot between connections. Each is opened by itself, and nothing may have been committed
 *   on the server since before the first: the GTIDs executed then and after all reads must be the same. GTIDs become
 *   known right after a commit becomes visible, and the reads lie in between.
 * - The SQLite pool has two readers and no such position for other programs' writes: never there.
 * - Too many callers share the pool.
 */
export async function withSameSnapshot<T>(
  database: Database,
  session: SqlSession,
  count: number,
  work: (companions: readonly SqlSession[]) => Promise<T>,
): Promise<T | undefined> {
  if (database.dialect.name !== 'mysql') return undefined;
  const allOpen = Promise.withResolvers<void>();
  const finished = Promise.withResolvers<void>();
  const companions: SqlSession[] = [];
  const callers = Array.from({ length: count }, () => ({ caller: new AbortController(), isOpen: false }));
  const opened = callers.map((each) =>
    database.snapshot(each.caller.signal, async (companion) => {
      each.isOpen = true;
      companions.push(companion);
      if (companions.length === count) allOpen.resolve();
      await finished.promise;
    }),
  );
  const isAnyRefused = Promise.all(opened).then(() => false);
  const timer = setTimeout(() => {
    for (const { caller, isOpen } of callers) if (!isOpen) caller.abort();
  }, connectionWaitMs);
  try {
    const areOpen = await Promise.race([allOpen.promise.then(() => true), isAnyRefused]).catch(() => false);
    if (!areOpen || companions.some(({ position }) => position !== session.position)) return undefined;
    const result = await work(companions);
    return (await executedNow(companions[0]!)) === historyPointOf(session.position).point ? result : undefined;
  } catch (error) {
    // The work of the others is nobody's any more.
    for (const { caller } of callers) caller.abort();
    throw error;
  } finally {
    clearTimeout(timer);
    finished.resolve();
    await Promise.allSettled([...opened, isAnyRefused]);
  }
}

/** The server's position now; it is not part of a snapshot. */
async function executedNow(session: SqlSession): Promise<string> {
  const [row] = await session.all(namedSql`SELECT @@global.gtid_executed AS position`);
  return String(row!['position']).replaceAll('\n', '');
}

import { DomainError } from '@finance/domain';
import { named, type SqlSession } from '@finance/schema';

const namedSql = named('strategies/in-list/statement-bytes');

/** SQLite itself takes 1,000,000,000 bytes as built here; the longest string of the process is 2^29 - 24. */
const sqliteBytesMax = 500_000_000;
/** What the statement holds beside ids: columns, filter, sort. */
const otherBytes = 4_000;

/** The bytes of a statement with ids written out in decimal, each with a comma. */
export const statementBytes = (lists: readonly (readonly bigint[])[]): number =>
  otherBytes + lists.reduce((sum, ids) => sum + ids.reduce((bytes, id) => bytes + String(id).length + 1, 0), 0);

/** @throws DomainError OVERLOADED when the database would refuse a statement for its length */
export async function checkStatementBytes(session: SqlSession, bytes: number): Promise<void> {
  const bytesMax = session.dialect.name === 'sqlite' ? sqliteBytesMax : await packetBytesMax(session);
  if (bytes <= bytesMax) return;
  throw new DomainError(
    'OVERLOADED',
    `strategy in-list would send a statement of ${bytes} bytes, but the database takes ${bytesMax}; choose another strategy`,
    { bytes: String(bytes), bytesMax: String(bytesMax) },
  );
}

async function packetBytesMax(session: SqlSession): Promise<number> {
  const [row] = await session.all(namedSql`SELECT @@max_allowed_packet AS bytes`);
  return Number(row!['bytes']);
}

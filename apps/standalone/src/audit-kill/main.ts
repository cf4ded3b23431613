import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openCurrentDatabase } from '@finance/schema';
import { resolveTarget, seedDatabase, silentProgress, withConnection, type StoredTarget } from '@finance/seeder';
import { killUnderWrites } from './kill-under-writes.ts';

const usage = `Usage: npx nx run standalone:audit-kill -- [--kills 50] [--store sqlite|mysql]

Kills a server with SIGKILL under writes and compares what changed with what the audit log tells, on a database of its
own that is dropped afterwards. Exit code 1 when any change has no entry or any entry no change.`;

const company = { profile: 'company', users: 20, records: 100, seed: 1 } as const;
const databaseName = 'finance_audit_kill';

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '50' },
      store: { type: 'string', default: 'sqlite' },
      help: { type: 'boolean', default: false },
    },
  });
  const kills = Number(values.kills);
  const isUsable = Number.isInteger(kills) && kills > 0 && ['sqlite', 'mysql'].includes(values.store);
  if (values.help || !isUsable) {
    console.log(usage);
    return values.help ? 0 : 2;
  }
  const { target, url, drop } = await makeDatabase(values.store === 'mysql');
  try {
    await seedDatabase(target, company, silentProgress);
    const database = await openCurrentDatabase(target);
    try {
      const report = await killUnderWrites({
        databaseUrl: url,
        database,
        kills,
        handlerUserId: 1n,
        firstFundId: 1_000_000n,
        onKill: (done) => process.stderr.write(`\r${done} of ${kills} kills`),
      });
      process.stderr.write('\n');
      const { acknowledged, changes, sent, ...faults } = report;
      console.log(
        `${values.store}: ${kills} kills; ${sent} writes sent, ${acknowledged} acknowledged, ${changes} made`,
      );
      console.log(`changes without entry: ${faults.changesWithoutEntry}`);
      console.log(`entries without change: ${faults.entriesWithoutChange}`);
      console.log(`acknowledged but lost: ${faults.acknowledgedButLost}`);
      console.log(`the log: ${faults.firstBad ?? 'as it was written'}`);
      const faultCount = faults.changesWithoutEntry + faults.entriesWithoutChange + faults.acknowledgedButLost;
      return faultCount === 0 && faults.firstBad === undefined ? 0 : 1;
    } finally {
      await database.close();
    }
  } finally {
    await drop();
  }
}

interface OwnDatabase {
  readonly target: StoredTarget;
  readonly url: string;
  readonly drop: () => Promise<void>;
}

async function makeDatabase(onMysql: boolean): Promise<OwnDatabase> {
  if (!onMysql) {
    const folder = mkdtempSync(join(tmpdir(), 'finance-audit-kill-'));
    const file = join(folder, 'finance.db');
    const drop = async () => rmSync(folder, { recursive: true, force: true });
    return { target: { engine: 'sqlite', file }, url: `sqlite:${file}`, drop };
  }
  const server = await resolveTarget({ store: 'mysql' });
  if (server.engine !== 'mysql') throw new Error('MYSQL_URL must be a mysql:// URL');
  const onServer = (statement: string) => withConnection(server, (connection) => connection.run(statement));
  await onServer(`CREATE DATABASE \`${databaseName}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  const url = Object.assign(new URL(server.url), { pathname: `/${databaseName}` }).href;
  const drop = async () => void (await onServer(`DROP DATABASE \`${databaseName}\``));
  return { target: { engine: 'mysql', url }, url, drop };
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  return 2;
});

import type { AuditTrail } from '@finance/audit';
import type { Fund } from '@finance/domain';
import type { Database } from '@finance/schema';
import { createFund, deleteFund } from '@finance/store';
import { createLatencyRecorder } from '../latency.ts';
import type { AuditWriteCell } from './audit-results.ts';

/** Rounds with and without audit take turns, so that both meet the same machine. */
const roundsMax = 4;

const call = {
  caller: 'bench',
  callerAddress: '127.0.0.1:1',
  requestId: 'bench',
  rpc: 'finance.funds.v1.FundsService/CreateFund',
  viewerUserId: null,
  argumentsHash: '0'.repeat(64),
};

/** Creates funds like one that is there, `count` a cell, and takes them away again. */
export async function measureWrites(
  database: Database,
  trail: AuditTrail,
  like: Fund,
  writers: number,
  count: number,
  signal: AbortSignal,
): Promise<AuditWriteCell[]> {
  const cells = [false, true].map((audited) => ({ audited, seconds: 0, latency: createLatencyRecorder() }));
  const perWriter = Math.ceil(count / roundsMax / writers);
  for (let round = 0; round < roundsMax; round += 1) {
    for (const cell of cells) {
      const created: bigint[] = [];
      const target = cell.audited ? trail.database : database;
      const write = async (): Promise<void> => {
        const begun = performance.now();
        const { value } = await trail.calls
          .begin(call)
          .within(() =>
            target.transaction(signal, (session) =>
              createFund(session, { ...like, fundId: 0n, customerId: null }, Date.now() * 1000),
            ),
          );
        cell.latency.record(performance.now() - begun);
        created.push(value.fundId);
      };
      const begun = performance.now();
      await Promise.all(
        Array.from({ length: writers }, async () => {
          for (let i = 0; i < perWriter; i += 1) await write();
        }),
      );
      cell.seconds += (performance.now() - begun) / 1000;
      await database.transaction(signal, async (session) => {
        for (const fundId of created) await deleteFund(session, fundId);
      });
    }
  }
  return cells.map(({ audited, seconds, latency }) => ({
    writers,
    audited,
    writesPerSecond: latency.latency().calls / seconds,
    latency: latency.latency(),
  }));
}

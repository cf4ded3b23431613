import { create } from '@bufbuild/protobuf';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport, Http2SessionManager } from '@connectrpc/connect-node';
import { argumentsHash } from '@finance/api';
import { countPending, createAuditTrail, listEntries, verifyLog, createSeals, keptSealKey } from '@finance/audit';
import { FundStatus } from '@finance/contract/fund';
import { CreateFundRequestSchema, FundsService, type CreateFundRequest } from '@finance/contract/funds-service';
import type { Database, SqlSession } from '@finance/schema';
import { getFunds } from '@finance/store';
import { startProcess } from '../test-process.ts';

/** What killing a server under writes showed; all ways in which changes and entries differ are faults. */
export interface KillReport {
  readonly kills: number;
  /** Writes that were sent, acknowledged, and found in the database afterwards. */
  readonly sent: number;
  readonly acknowledged: number;
  readonly changes: number;
  readonly changesWithoutEntry: number;
  readonly entriesWithoutChange: number;
  readonly acknowledgedButLost: number;
  /** Of the whole log after the last kill. */
  readonly firstBad: string | undefined;
}

export interface KillOptions {
  readonly databaseUrl: string;
  /** The same database, of a process that lives. */
  readonly database: Database;
  readonly kills: number;
  /** A user who may handle funds. */
  readonly handlerUserId: bigint;
  /** Ids from here on are free. */
  readonly firstFundId: bigint;
  readonly onKill?: (done: number) => void;
}

const writers = 8;
/** Kills come while writes are sent, prepared, committed and acknowledged alike. */
const [acknowledgedMin, acknowledgedSpread] = [3, 40];
const rpc = 'finance.funds.v1.FundsService/CreateFund';
const never = new AbortController().signal;

/** Kills a server with SIGKILL under writes, again and again, and compares what changed with what is on record. */
export async function killUnderWrites(options: KillOptions): Promise<KillReport> {
  const { database, handlerUserId } = options;
  let nextId = options.firstFundId;
  const sums = { sent: 0, acknowledged: 0, changes: 0 };
  const faults = { changesWithoutEntry: 0, entriesWithoutChange: 0, acknowledgedButLost: 0 };
  for (let kill = 1; kill <= options.kills; kill += 1) {
    const sent = new Map<bigint, CreateFundRequest>();
    const acknowledged = new Set<bigint>();
    const fund = { amountCents: 1n, currencyCode: 'EUR', status: FundStatus.PENDING, handlerUserId };
    const nextRequest = () => {
      const request = create(CreateFundRequestSchema, { fund: { ...fund, fundId: nextId } });
      sent.set(nextId, request);
      nextId += 1n;
      return request;
    };
    await killOnce(options.databaseUrl, nextRequest, acknowledged);

    const { changed, onRecord } = await compareIn(database, [...sent.keys()]);
    const isOnRecord = (id: bigint) => onRecord.has(argumentsHash(FundsService.method.createFund, sent.get(id)!));
    const count = (test: (id: bigint) => boolean) => [...sent.keys()].filter(test).length;
    sums.sent += sent.size;
    sums.acknowledged += acknowledged.size;
    sums.changes += changed.size;
    faults.changesWithoutEntry += count((id) => changed.has(id) && !isOnRecord(id));
    faults.entriesWithoutChange += count((id) => !changed.has(id) && isOnRecord(id));
    faults.acknowledgedButLost += count((id) => acknowledged.has(id) && !changed.has(id));
    options.onKill?.(kill);
  }
  const { firstBad } = await verifyLog(database, { seals: createSeals([keptSealKey()]) }, never);
  return { kills: options.kills, ...sums, ...faults, firstBad: firstBad?.problem };
}

/** Starts a server, writes until some are acknowledged, kills it. */
async function killOnce(
  databaseUrl: string,
  nextRequest: () => CreateFundRequest,
  acknowledged: Set<bigint>,
): Promise<void> {
  const server = startProcess('standalone', { DATABASE_URL: databaseUrl, LOG_LEVEL: 'info' });
  const baseUrl = `http://${(await server.serving).grpc}`;
  const sessionManager = new Http2SessionManager(baseUrl);
  const client = createClient(FundsService, createGrpcTransport({ baseUrl, sessionManager }));
  const killAfter = acknowledgedMin + Math.floor(Math.random() * acknowledgedSpread);
  let isAlive = true;
  const write = async (): Promise<void> => {
    while (isAlive) {
      const request = nextRequest();
      await client.createFund(request);
      acknowledged.add(request.fund!.fundId);
      if (acknowledged.size < killAfter || !isAlive) continue;
      isAlive = false;
      server.kill('SIGKILL');
    }
  };
  await Promise.allSettled(Array.from({ length: writers }, write));
  server.kill('SIGKILL');
  await server.ended;
  sessionManager.abort();
}

/** The funds that are there and what is on record, in one snapshot that holds no change without its place in the log. */
async function compareIn(database: Database, fundIds: readonly bigint[]) {
  for (;;) {
    await settle(database);
    const found = await database.snapshot(never, async (session) => {
      // MySQL may finish a commit of the dead process a little later.
      if ((await countPending(session)) > 0) return undefined;
      const changed = new Set((await getFunds(session, fundIds)).keys());
      return { changed, onRecord: await recordedHashes(session) };
    });
    if (found !== undefined) return found;
  }
}

/** Gives the changes of the dead process their place in the log, as the next start would. */
async function settle(database: Database): Promise<void> {
  const onProblem = (problem: unknown) => {
    throw problem;
  };
  // The key of the killed server, which is started without one.
  const seals = createSeals([keptSealKey()]);
  const trail = createAuditTrail({ database, service: 'audit-kill', reads: 'off', seals, onProblem });
  await trail.start();
  await trail.close();
}

async function recordedHashes(session: SqlSession): Promise<Set<string>> {
  const hashes = new Set<string>();
  let after: bigint | undefined;
  for (;;) {
    const query = { filter: { rpc, kind: 'write' }, descending: false, after, pageSize: 1_000 };
    const { entries, hasMore } = await listEntries(session, query);
    for (const entry of entries) hashes.add(entry.argumentsHash);
    if (!hasMore) return hashes;
    after = entries.at(-1)!.sequence;
  }
}

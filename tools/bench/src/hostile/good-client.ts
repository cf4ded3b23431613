import { setTimeout as sleep } from 'node:timers/promises';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { FundsService } from '@finance/contract/funds-service';
import { PermissionService } from '@finance/contract/permission-service';
import { RetryInfoSchema } from '@finance/contract/rpc-error-details';

/** How a well-behaved client fared. */
export interface GoodClientFigures {
  readonly calls: number;
  readonly errors: number;
  /** Milliseconds, from the moment that a call was due. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answered, one after the other with a pause between. */
  readonly pages: number;
}

/** Each sent when it is due whatever became of those before. */
const callsPerSecond = 100;
/** Each so many'th call is an export, which takes a place among the streams. */
const callsPerExport = 50;
/** A viewer of few funds. */
const exportingViewer = 200n;
/** Of a call, all its tries together. */
const patienceMs = 10_000;

/** Between two pages. */
const pagePauseMs = 10;

/** Calls a server for a while over one connection: scopes and exports at a fixed rate, pages one after the other. */
export async function measureGoodClient(grpcUrl: string, seconds: number): Promise<GoodClientFigures> {
  const transport = createGrpcTransport({ baseUrl: grpcUrl });
  const client = createClient(PermissionService, transport);
  const funds = createClient(FundsService, transport);
  await client.resolveScope({ viewerUserId: 2n });
  const exportAll = async (timeoutMs: number): Promise<void> => {
    for await (const _page of funds.exportFunds({ viewerUserId: exportingViewer }, { timeoutMs }));
  };
  const times: number[] = [];
  let errors = 0;
  const startMs = performance.now();
  const calls = Array.from({ length: seconds * callsPerSecond }, async (_, index) => {
    const dueMs = startMs + (index * 1_000) / callsPerSecond;
    await sleep(Math.max(0, dueMs - performance.now()));
    try {
      await untilTaken(dueMs + patienceMs, (timeoutMs) =>
        index % callsPerExport === callsPerExport - 1
          ? exportAll(timeoutMs)
          : client.resolveScope({ viewerUserId: 2n }, { timeoutMs }),
      );
      times.push(performance.now() - dueMs);
    } catch {
      errors += 1;
    }
  });
  const endMs = startMs + seconds * 1_000;
  let pages = 0;
  let pagesAsked = 0;
  const readPages = async (): Promise<void> => {
    const page = { viewerUserId: 2n, pageSize: 20, orderBy: 'amount desc' };
    while (performance.now() < endMs) {
      pagesAsked += 1;
      try {
        await untilTaken(performance.now() + patienceMs, (timeoutMs) => funds.listFunds(page, { timeoutMs }));
        pages += 1;
      } catch {
        errors += 1;
      }
      await sleep(pagePauseMs);
    }
  };
  await Promise.all([...calls, readPages()]);
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Infinity;
  return { calls: calls.length + pagesAsked, errors, p50Ms: at(0.5), p99Ms: at(0.99), pages };
}

/** Calls again when a server that is overloaded asks for it, after the time that it asks for. */
async function untilTaken(endsAtMs: number, call: (timeoutMs: number) => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await call(Math.ceil(endsAtMs - performance.now()));
      return;
    } catch (error) {
      const refusal = ConnectError.from(error);
      const delay = refusal.findDetails(RetryInfoSchema)[0]?.retryDelay;
      if (refusal.code !== Code.ResourceExhausted || !delay) throw error;
      const delayMs = Number(delay.seconds) * 1_000;
      if (performance.now() + delayMs >= endsAtMs) throw error;
      await sleep(delayMs);
    }
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { PermissionService } from '@finance/contract/permission-service';

/** How a well-behaved client fared. */
export interface GoodClientFigures {
  readonly calls: number;
  readonly errors: number;
  /** Milliseconds, from the moment that a call was due. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Fifty calls a second, each sent when it is due whatever became of those before. */
const callsPerSecond = 50;

/** Calls a server for a while over one connection. */
export async function measureGoodClient(grpcUrl: string, seconds: number): Promise<GoodClientFigures> {
  const client = createClient(PermissionService, createGrpcTransport({ baseUrl: grpcUrl }));
  await client.resolveScope({ viewerUserId: 2n });
  const times: number[] = [];
  let errors = 0;
  const startMs = performance.now();
  const calls = Array.from({ length: seconds * callsPerSecond }, async (_, index) => {
    const dueMs = startMs + (index * 1_000) / callsPerSecond;
    await sleep(Math.max(0, dueMs - performance.now()));
    try {
      await client.resolveScope({ viewerUserId: 2n }, { timeoutMs: 10_000 });
      times.push(performance.now() - dueMs);
    } catch {
      errors += 1;
    }
  });
  await Promise.all(calls);
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Infinity;
  return { calls: calls.length, errors, p50Ms: at(0.5), p99Ms: at(0.99) };
}

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { GhzRpc, GhzRun } from './ghz-results.ts';

const run = promisify(execFile);

/** How one run of ghz loads a service. */
export interface GhzLoad {
  readonly rpc: GhzRpc;
  /** `host:port`, plain HTTP/2: the services have no TLS of their own. */
  readonly host: string;
  readonly dataFile: string;
  readonly seconds: number;
  /** Callers of a closed loop, or calls per second of an open one. */
  readonly load: { readonly concurrency: number } | { readonly callsPerSecond: number };
}

/** A call is given up after this: longer than any page should take, short enough to end a run. */
const callTimeoutSeconds = 30;
/** A run that hangs is ended: calls are sent for `seconds`, then waited for. */
const graceSeconds = callTimeoutSeconds + 30;
/** More callers on one connection than this would wait for streams, not for the service. */
const callersPerConnection = 50;
/** An open loop's workers only start calls; a few keep the rate. */
const openLoopWorkers = 10;
const openLoopConnections = 2;
const services: Readonly<Record<GhzRpc, string>> = {
  ListFunds: 'finance.funds.v1.FundsService.ListFunds',
  CheckAccess: 'finance.permission.v1.PermissionService.CheckAccess',
};

/** Runs ghz, which finds the RPC by reflection, and has it write its report. @throws Error with ghz's own words */
export async function runGhz(
  ghz: string,
  load: GhzLoad,
  format: 'json' | 'html',
  outputFile: string,
  signal: AbortSignal,
): Promise<void> {
  const isClosed = 'concurrency' in load.load;
  const workers = 'concurrency' in load.load ? load.load.concurrency : openLoopWorkers;
  const connections = isClosed ? Math.ceil(workers / callersPerConnection) : openLoopConnections;
  const args = [
    '--insecure',
    ...['--name', `${load.rpc}, ${isClosed ? 'closed' : 'open'} loop`, '--call', services[load.rpc]],
    ...['--data-file', load.dataFile, '--disable-template-functions', '--disable-template-data'],
    ...['--duration', `${load.seconds}s`, '--duration-stop', 'wait', '--timeout', `${callTimeoutSeconds}s`],
    ...['--concurrency', String(workers), '--connections', String(connections)],
    ...('callsPerSecond' in load.load ? ['--async', '--rps', String(load.load.callsPerSecond)] : []),
    ...['--format', format, '--output', outputFile, load.host],
  ];
  await run(ghz, args, { timeout: (load.seconds + graceSeconds) * 1000, signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    const words = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    throw new Error(`ghz could not load ${load.host}: ${words || String(error)}`);
  });
}

/** Whether ghz's HTML lists errors: it has that section only then. */
export const htmlHasErrors = (htmlFile: string): boolean => readFileSync(htmlFile, 'utf8').includes('name="errors"');

/** The part of ghz's JSON that is used; times in nanoseconds. */
interface GhzReport {
  readonly total: number;
  readonly count: number;
  readonly rps: number;
  readonly statusCodeDistribution: Readonly<Record<string, number>> | null;
  readonly details: readonly { readonly latency: number; readonly error: string; readonly status: string }[] | null;
}

const nanosPerMs = 1e6;
const nanosPerSecond = 1e9;

/** What ghz's JSON says; the percentiles are those of the calls that succeeded, without rounding. */
export function readGhzJson(
  jsonFile: string,
): Pick<GhzRun, 'calls' | 'errors' | 'callsPerSecond' | 'latency' | 'seconds'> {
  const report = JSON.parse(readFileSync(jsonFile, 'utf8')) as GhzReport;
  const sorted = (report.details ?? [])
    .filter(({ status }) => status === 'OK')
    .map(({ latency }) => latency / nanosPerMs)
    .sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  const errors = Object.entries(report.statusCodeDistribution ?? {}).filter(([code]) => code !== 'OK');
  return {
    calls: report.count,
    errors: Object.fromEntries(errors),
    callsPerSecond: report.rps,
    seconds: report.total / nanosPerSecond,
    latency: sorted.length === 0 ? null : { p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) },
  };
}

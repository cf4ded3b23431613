import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { resultFolder } from '../result-file.ts';
import type { CallData } from './call-data.ts';
import type { GhzRpc, GhzRun } from './ghz-results.ts';
import { htmlHasErrors, readGhzJson, runGhz, type GhzLoad } from './run-ghz.ts';

/** What is run, in this order: every RPC, closed loop and then open loop. */
export interface MeasurePlan {
  readonly hosts: Readonly<Record<GhzRpc, string>>;
  readonly loops: readonly GhzRun['loop'][];
  readonly concurrency: number;
  /** Of the open loop; unset: half of what the closed loop, which must then be among `loops`, has reached. */
  readonly callsPerSecond: number | undefined;
  readonly seconds: number;
  /** Ends ghz and the measurement. */
  readonly signal: AbortSignal;
}

/** An open loop at a rate the service cannot keep measures only its queue. */
const shareOfClosedLoop = 0.5;

/**
 * Runs ghz twice for each RPC and loop, with the same settings: first to warm up, keeping its HTML, then to measure,
 * keeping its JSON (ghz writes one format a run). Yields each run as it ends.
 */
export async function* measureService(ghz: string, plan: MeasurePlan, data: CallData): AsyncGenerator<GhzRun> {
  const folder = join(resultFolder(), 'ghz');
  mkdirSync(folder, { recursive: true });
  for (const rpc of ['ListFunds', 'CheckAccess'] as const) {
    const dataFile = join(folder, `${rpc}.data.json`);
    writeFileSync(dataFile, JSON.stringify(data[rpc]));
    let reached = 0;
    for (const loop of plan.loops) {
      const callsPerSecond = plan.callsPerSecond ?? Math.max(1, Math.round(reached * shareOfClosedLoop));
      const load: GhzLoad = {
        rpc,
        host: plan.hosts[rpc],
        dataFile,
        seconds: plan.seconds,
        load: loop === 'closed' ? { concurrency: plan.concurrency } : { callsPerSecond },
      };
      const jsonFile = `${rpc}-${loop}.json`;
      const htmlFile = `${rpc}-${loop}.html`;
      await runGhz(ghz, load, 'html', join(folder, htmlFile), plan.signal);
      await runGhz(ghz, load, 'json', join(folder, jsonFile), plan.signal);
      const measured = readGhzJson(join(folder, jsonFile));
      if (loop === 'closed') reached = measured.callsPerSecond;
      yield {
        rpc,
        loop,
        concurrency: loop === 'closed' ? plan.concurrency : null,
        targetCallsPerSecond: loop === 'closed' ? null : callsPerSecond,
        ...measured,
        warmUpFailed: htmlHasErrors(join(folder, htmlFile)),
        jsonFile,
        htmlFile,
      };
    }
  }
}

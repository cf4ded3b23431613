import { openConnection, type StoredTarget } from '@finance/seeder';
import { keepingGlobals, tunedSettings, withSetting, type TunedSetting } from './tuned-settings.ts';
import type { TuningRow, TuningTimes } from './tuning-results.ts';
import { withScratchTable } from './workloads.ts';

/**
 * Measures each setting with both values in turns, so that a slow minute of the machine meets both.
 * When `signal` aborts, it ends between two measurements. MySQL's settings are as before in the end.
 */
export async function measureSettings(
  target: StoredTarget,
  viewerUserId: bigint,
  rounds: number,
  signal: AbortSignal,
  onRow: (row: TuningRow) => void,
): Promise<void> {
  const owner = await openConnection(target);
  try {
    await withScratchTable(owner, async () => {
      for (const setting of tunedSettings[target.engine]) {
        const row = await keepingGlobals(target, () => measureSetting(target, setting, viewerUserId, rounds, signal));
        onRow(row);
      }
    });
  } finally {
    await owner.close();
  }
}

async function measureSetting(
  target: StoredTarget,
  setting: TunedSetting,
  viewerUserId: bigint,
  rounds: number,
  signal: AbortSignal,
): Promise<TuningRow> {
  const once = (value: string): Promise<number> =>
    withSetting(target, setting, value, async (connection) => {
      await setting.workload.run(connection, viewerUserId);
      const started = performance.now();
      await setting.workload.run(connection, viewerUserId);
      return performance.now() - started;
    });
  const lowMs: number[] = [];
  const highMs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    signal.throwIfAborted();
    lowMs.push(await once(setting.low));
    signal.throwIfAborted();
    highMs.push(await once(setting.high));
  }
  const low = times(setting.low, lowMs);
  const high = times(setting.high, highMs);
  return {
    setting: setting.also === undefined ? setting.name : `${setting.name}, with ${setting.also}`,
    workload: setting.workload.name,
    low,
    high,
    ratio: low.medianMs / high.medianMs,
    overlaps: low.minMs <= high.maxMs && high.minMs <= low.maxMs,
  };
}

function times(value: string, all: readonly number[]): TuningTimes {
  const sorted = [...all].sort((a, b) => a - b);
  return {
    value,
    medianMs: sorted[Math.floor(sorted.length / 2)]!,
    minMs: sorted[0]!,
    maxMs: sorted[sorted.length - 1]!,
  };
}

import { failoverCases } from '../failover/failover-cases.ts';
import { multiPrimary } from '../failover/multi-primary.ts';
import { runFailover } from '../failover/run-failover.ts';
import type { FaultBar, FaultScale, FaultScenario } from '../scenario.ts';

/** The cases of {@link failoverCases} by name, and two services on two primaries. */
export const failoverNames: readonly string[] = [...Object.keys(failoverCases), 'multi-primary'];

/** Runs some of the cases one after the other. */
export async function runFailovers(names: readonly string[], scale: FaultScale): ReturnType<FaultScenario> {
  const bars: FaultBar[] = [];
  const facts: Record<string, number | string> = {};
  for (const name of names) {
    scale.signal.throwIfAborted();
    const failoverCase = failoverCases[name];
    scale.say(`${name}: ${failoverCase?.what ?? 'two services write and read on two primaries of one group'}`);
    const result = failoverCase ? await runFailover(name, failoverCase, scale) : await multiPrimary(name, scale);
    bars.push(...result.bars);
    Object.assign(facts, result.facts);
  }
  return { bars, facts };
}

/** The database is lost, promoted and switched in every way, under load. */
export const failover: FaultScenario = (scale) => runFailovers(failoverNames, scale);

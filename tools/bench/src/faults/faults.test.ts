import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { FaultScale } from './scenario.ts';

const folder = mkdtempSync(join(tmpdir(), 'finance-faults-'));
process.env['FINANCE_FAULTS_DIR'] = folder;
const { faultScenarios } = await import('./scenarios.ts');
const { runFailovers } = await import('./scenarios/failover.ts');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Times are for the command; here is what holds on a loaded machine as well. */
const scenarioMaxMs = 300_000;
const scale: FaultScale = { share: 0.05, say: () => undefined, signal: new AbortController().signal };

// Org writes have tests of their own in libs/store.
/** Of groups (Group Replication) libs/schema tests the connections. */
const shortFailovers = (of: FaultScale) => runFailovers(['lost', 'semisync', 'reset', 'switchover'], of);

it.each([
  ['matrix', faultScenarios['matrix']!],
  ['mysql-killed', faultScenarios['mysql-killed']!],
  ['failover', shortFailovers],
] as const)(
  'what is promised under %s holds, times apart',
  async (_name, scenario) => {
    const said: string[] = [];
    const { bars } = await scenario({ ...scale, say: (line) => said.push(line) });
    const broken = bars.filter(({ unit, figure, max }) => unit === '' && figure > max);
    expect(broken, said.join('\n')).toEqual([]);
  },
  scenarioMaxMs,
);

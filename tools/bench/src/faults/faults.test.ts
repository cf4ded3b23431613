import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { FaultScale } from './scenario.ts';

const folder = mkdtempSync(join(tmpdir(), 'finance-faults-'));
process.env['FINANCE_FAULTS_DIR'] = folder;
const { faultScenarios } = await import('./scenarios.ts');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Times are for the command; here is what holds on a loaded machine as well. */
const scenarioMaxMs = 180_000;
const scale: FaultScale = { share: 0.05, say: () => undefined, signal: new AbortController().signal };

// Org writes have tests of their own in libs/store.
it.each(['matrix', 'mysql-killed'])(
  'what is promised under %s holds, times apart',
  async (name) => {
    const said: string[] = [];
    const { bars } = await faultScenarios[name]!({ ...scale, say: (line) => said.push(line) });
    const broken = bars.filter(({ unit, figure, max }) => unit === '' && figure > max);
    expect(broken, said.join('\n')).toEqual([]);
  },
  scenarioMaxMs,
);

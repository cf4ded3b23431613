import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checksumsOf } from '../data/checksum.ts';
import { generateDataSet } from '../data/generate-data-set.ts';
import { withConnection } from '../database/sql-connection.ts';
import { examine } from '../doctor/examine.ts';
import { checksumsOfDataSet } from '../testing/data-set-checksums.ts';
import { runSeeder, type Kill } from '../testing/run-command.ts';
import { createTestDatabase, engines, type TestDatabase } from '../testing/test-database.ts';
import { interruptedRun } from './seed-database.ts';

/** So many that a run lasts longer than a kill takes to arrive. */
const records = { sqlite: 20_000, mysql: 6000 } as const;
const jitterMsMax = 10;
const jitter = (): number => Math.random() * jitterMsMax;

/** Points of a run, in its order; each is reached by what the runs before have left to do. */
const outputs = [
  /^users: /,
  /customers: \d.*%/,
  /orders: .*[1-4]\d %/,
  /financial_funds: .*[6-9]\d %/,
  /indexes of financial_funds/,
  /statistics/,
];

describe.each(engines)('%s', (engine) => {
  const parameters = { profile: 'company', users: 300, records: records[engine], seed: 11 } as const;
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase(engine);
  });
  afterEach(() => database.drop());

  const command = (): string[] => [
    'run',
    '--batch-rows',
    '100',
    ...Object.entries(parameters).flatMap(([name, value]) => [`--${name}`, String(value)]),
  ];
  const runAndKill = async (kill: Kill): Promise<number> => {
    const { code, stderr, firstOutputMs } = await runSeeder(command(), database.url, kill);
    if (code !== null) expect({ code, stderr }).toMatchObject({ code: 0 });
    return firstOutputMs;
  };
  const finishAndCompare = async (): Promise<void> => {
    expect(await runSeeder(command(), database.url)).toMatchObject({ code: 0 });
    const sums = await withConnection(database.target, checksumsOf);
    expect(sums).toEqual(await checksumsOfDataSet(generateDataSet(parameters)));
    expect((await examine(database.target)).filter((finding) => finding.level === 'fail')).toEqual([]);
  };

  test('killed again and again while it loads, the same command ends with the same rows, indexes and org', async () => {
    let interruptions = 0;
    for (const afterOutput of outputs) {
      await runAndKill({ afterOutput, afterMs: jitter() });
      if ((await interruptedRun(database.target)) !== undefined) interruptions += 1;
    }
    expect(interruptions).toBeGreaterThanOrEqual(3);
    await finishAndCompare();
  });

  test('killed while it makes its tables, the same command starts over by itself', async () => {
    const loadsAfterMs = await runAndKill({ afterOutput: /./, afterMs: 0 });
    await database.drop();
    database = await createTestDatabase(engine);
    for (const share of [0.75, 0.85, 0.95]) await runAndKill({ afterMs: loadsAfterMs * share + jitter() });
    await finishAndCompare();
    expect(await interruptedRun(database.target)).toBeUndefined();
  });
});

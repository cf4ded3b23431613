import type { User } from '@finance/domain';
import type { Database } from '@finance/schema';
import { applyScenario, withConnection, type StoredTarget } from '@finance/seeder';
import { BenchError } from '../cli/bench-error.ts';
import { runBench, type BenchOutcome, type RunOptions } from '../cli/bench-run.ts';
import { databaseText } from '../cli/tables.ts';
import { benchTarget, type DatabaseFlags } from '../database/bench-target.ts';
import { loadUsers } from '../database/load-data-set.ts';
import { openFilled } from '../database/open-filled.ts';
import { pickViewers, sizedViewers, type SizedViewer } from '../questions/pick-viewers.ts';
import { startStandalone } from '../standalone-server.ts';
import { measureFilters } from './measures/filters.ts';
import { measureMerge } from './measures/merge.ts';
import { measureMove } from './measures/move.ts';
import { measurePages } from './measures/pages.ts';
import { measureRace } from './measures/race.ts';
import { measureThroughput } from './measures/throughput.ts';
import { createRawClient } from './raw-client.ts';
import { Recorder } from './recorder.ts';
import type { Subject } from './subject.ts';
import { indexTimeoutMs, waitForIndex } from '../wait-for-index.ts';

/** The measures, in the order they are made: those that change data come last. */
export const measures = {
  pages: measurePages,
  filters: measureFilters,
  throughput: measureThroughput,
  race: measureRace,
  move: measureMove,
  merge: measureMerge,
} as const;

/** The options of `live-index`, as parsed. */
export interface LiveIndexFlags extends DatabaseFlags {
  readonly measures: readonly string[];
}

export const liveIndexRecordsDefault = 100_000;

/** Supervisor of the design's figures. */
const supervisorPeople = 2_801;
/** The temporary table takes seconds, and a bench has no caller in a hurry. */
const requestTimeoutMs = 120_000;

/** Measures the live index through a server, against SQL and the empty call of the same server, and its bars. */
export function liveIndex(flags: LiveIndexFlags, options: RunOptions): Promise<BenchOutcome<'live-index'>> {
  const chosen = flags.measures.map((name) => {
    const measure = measures[name as keyof typeof measures];
    if (!measure) throw new BenchError(`no measure '${name}'; there are ${Object.keys(measures).join(', ')}`);
    return measure;
  });
  return runBench('live-index', { bars: [], times: [] }, options, async (run) => {
    const { generated, target } = await benchTarget(flags, liveIndexRecordsDefault, run.progress);
    if (!generated) {
      throw new BenchError('this changes records, which it does only in a database of its own; give --records instead');
    }
    const { database, facts } = await openFilled(target, generated);
    const env = {
      DATABASE_URL: target.engine === 'mysql' ? target.url : `sqlite:${target.file}`,
      REQUEST_TIMEOUT_MS: String(requestTimeoutMs),
      LOG_LEVEL: 'warn',
      PAGINATION_STRATEGIES: 'live-index,adaptive-sql,temporary-table',
      // What a record of each read costs is measured by bench:audit.
      AUDIT_READS: 'off',
    };
    const supervisor = await theSupervisor(target, database, run.signal);
    run.say(`${databaseText(facts)}; starting a server, waiting for its index…`);
    const startedAt = performance.now();
    const server = await startStandalone(env).catch(async (error: unknown) => {
      await database.close();
      throw error;
    });
    const client = createRawClient(server.grpcUrl);
    try {
      const recorder = new Recorder(run, facts);
      await waitForIndex(server.httpUrl, indexTimeoutMs(facts.records), run.signal);
      const seconds = (performance.now() - startedAt) / 1_000;
      recorder.bar({
        name: 'from the start of the server until its index answers',
        figure: seconds / (facts.records / 1_000_000),
        unit: 's per million funds',
        bar: { kind: 'at most', value: 15 },
        details: `${seconds.toFixed(1)} s; the server takes ${server.memoryMib().toFixed(0)} MiB`,
      });
      const users = await loadUsers(database, run.signal);
      const subject: Subject = {
        run,
        recorder,
        target,
        database,
        grpcUrl: server.grpcUrl,
        client,
        viewers: pickViewers(users, () => true),
        supervisor,
        funds: facts.records,
      };
      for (const measure of chosen) await measure(subject, env);
    } finally {
      client.close();
      await server.stop();
      await database.close();
    }
  });
}

/** The supervisor of the design's figures: whoever comes nearest gets as many subordinates, where there are enough. */
async function theSupervisor(target: StoredTarget, database: Database, signal: AbortSignal): Promise<SizedViewer> {
  const nearest = (people: readonly User[]): SizedViewer => {
    const sized = sizedViewers(people).filter(({ user }) => user.role === 'supervisor');
    const distance = (peopleCount: number): number => Math.abs(Math.log(peopleCount / supervisorPeople));
    return sized.toSorted((a, b) => distance(a.peopleCount) - distance(b.peopleCount))[0]!;
  };
  const people = await loadUsers(database, signal);
  const found = nearest(people);
  if (found.peopleCount === supervisorPeople || people.length < 2 * supervisorPeople) return found;
  const subordinates = supervisorPeople - 1;
  await withConnection(target, (connection) =>
    applyScenario(connection, {
      supervisorId: Number(found.user.userId),
      subordinatesMin: subordinates,
      subordinatesMax: subordinates,
      seed: 1,
    }),
  );
  return nearest(await loadUsers(database, signal));
}

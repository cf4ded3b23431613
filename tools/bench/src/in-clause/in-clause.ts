import { BenchError } from '../cli/bench-error.ts';
import { runBench, type BenchOutcome, type RunOptions } from '../cli/bench-run.ts';
import { count, databaseText } from '../cli/tables.ts';
import { benchTarget, type DatabaseFlags } from '../database/bench-target.ts';
import { loadDataSet } from '../database/load-data-set.ts';
import { openFilled } from '../database/open-filled.ts';
import type { InClauseResults, InClauseStep, InClauseWall } from '../result-types.ts';
import { attempt } from './attempt.ts';
import { companyOf } from './company.ts';
import { orStatement } from './statement.ts';
import { packetWall, parametersWall, rangeOptimizerWall, type FindWall } from './walls.ts';

/** The options of `in-clause`, as parsed. */
export interface InClauseFlags extends Omit<DatabaseFlags, 'store'> {
  /** People. */
  readonly sizes: readonly number[];
  readonly iterations: number;
}

/** With {@link inClauseUsersDefault} people, ten records for each. */
export const inClauseRecordsDefault = 100_000;
/** The largest company of the issue. */
export const inClauseUsersDefault = 10_000;

/** Sends one OR over three IN lists to MySQL until something gives. A wrong answer is a problem, a refusal is not. */
export function inClause(
  flags: InClauseFlags,
  options: RunOptions,
  findWalls: readonly FindWall[] = [rangeOptimizerWall, parametersWall, packetWall],
): Promise<BenchOutcome<'in-clause'>> {
  return runBench('in-clause', { steps: [], walls: [] }, options, async (run) => {
    const users = flags.users ?? (flags.records === undefined ? inClauseUsersDefault : undefined);
    const { generated, target } = await benchTarget(
      { ...flags, store: 'mysql', users },
      inClauseRecordsDefault,
      run.progress,
    );
    if (target.engine !== 'mysql') throw new BenchError('in-clause measures limits of MySQL; give a mysql:// URL');
    const { database, facts } = await openFilled(target, generated);
    run.say(`${databaseText(facts)}; reading all tables for the expected answers…`);
    const data = await loadDataSet(database, run.signal).finally(() => database.close());
    const steps: InClauseStep[] = [];
    const walls: InClauseWall[] = [];
    const update = (): void => run.update({ steps, walls } satisfies InClauseResults, facts);

    for (const companySize of flags.sizes) {
      run.signal.throwIfAborted();
      if (companySize > facts.users) {
        run.say(`a company of ${count(companySize)} is left out: the database has ${count(facts.users)} users`);
        continue;
      }
      const company = companyOf(data, companySize);
      const [people, orders, customers] = company.lists.map(({ ids }) => ids.length) as [number, number, number];
      const parameters = { people, orders, customers, all: people + orders + customers };
      run.say(`a company of ${count(companySize)}: ${count(parameters.all)} ids`);
      const asParameters = await attempt(target.url, company, 'parameters', flags.iterations);
      const asLiterals = await attempt(target.url, company, 'literals', flags.iterations);
      for (const [style, { outcome, reason }] of Object.entries({ asParameters, asLiterals })) {
        if (outcome === 'wrong answer') run.problem(`a company of ${count(companySize)}, ${style}: ${reason}`);
      }
      steps.push({
        companySize,
        parameters,
        statementBytes: Buffer.byteLength(orStatement(company.lists, 'literals')),
        asParameters,
        asLiterals,
      });
      update();
    }

    const { lists } = companyOf(data, 1);
    for (const findWall of findWalls) {
      run.signal.throwIfAborted();
      run.say('looking for the next limit…');
      const wall = await findWall(target.url, lists);
      if (wall) {
        walls.push(wall);
        run.say(`${wall.limit}: ${count(wall.largestTaken)} ids are taken, ${count(wall.smallestRefused)} are not`);
      }
      update();
    }
  });
}

import { insertDataSet, sampleCompany, withTestDatabases } from '@finance/testkit';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBenchFolder } from '../testing/bench-folder.ts';
import { bisect, findBoundary } from './bisect.ts';
import { inClause } from './in-clause.ts';
import { orStatement } from './statement.ts';
import { companyOf } from './company.ts';
import { parametersWall, rangeOptimizerWall } from './walls.ts';

const databases = await withTestDatabases(import.meta.url);
useBenchFolder();

const data = sampleCompany(40, 300);

describe.each(databases.filter(({ name }) => name === 'mysql'))('on $name', ({ database, target }) => {
  beforeAll(() => insertDataSet(database, data));

  it('counts parameters by company size and finds where the server gives up', async () => {
    const url = target.engine === 'mysql' ? target.url : '';
    const flags = { url, sizes: [10, 40, 5_000], iterations: 1 };
    const { file, problems } = await inClause(flags, {}, [rangeOptimizerWall, parametersWall]);
    expect(problems).toEqual([]);
    const { steps, walls } = file.results;
    expect(steps.map(({ parameters }) => parameters.people)).toEqual([10, 40]);
    expect(steps[1]!.parameters).toEqual({ people: 40, orders: 300, customers: 300, all: 640 });
    expect(
      steps.every(({ asLiterals, asParameters }) =>
        [asLiterals, asParameters].every(({ outcome }) => outcome === 'right'),
      ),
    ).toBe(true);

    const [range, parameters] = walls;
    expect(range).toMatchObject({ limit: 'range_optimizer_max_mem_size' });
    expect(range!.smallestRefused).toBe(range!.largestTaken + 1);
    expect(range!.evidence).toContain('Range optimization was not done');
    expect(parameters).toMatchObject({ largestTaken: 65_535, smallestRefused: 65_536 });
    expect(parameters!.evidence).toContain('ER_PS_MANY_PARAM');
  });
});

describe.each(databases.filter(({ name }) => name === 'sqlite'))('on $name', ({ target }) => {
  it('says that the limits are those of MySQL', async () => {
    const url = target.engine === 'sqlite' ? `sqlite:${target.file}` : '';
    await expect(inClause({ url, sizes: [1], iterations: 1 }, {})).rejects.toThrow(/mysql/);
  });
});

it('takes people with all of their records', () => {
  const { fundCount, lists } = companyOf(data, 40);
  expect(lists.map(({ ids }) => ids.length)).toEqual([40, 300, 300]);
  expect(fundCount).toBe(300);
  expect(orStatement(companyOf(data, 1).lists, 'literals')).toMatch(/f.handle_by IN \(1\) OR f.order_id IN \(/);
});

it('finds a boundary', async () => {
  const isTaken = async (count: number): Promise<boolean> => count <= 777;
  expect(await bisect(1, 10_000, isTaken)).toEqual({ largestTaken: 777, smallestRefused: 778 });
  expect(await findBoundary(100, 10_000, isTaken)).toEqual({ largestTaken: 777, smallestRefused: 778 });
  expect(await findBoundary(100, 700, isTaken)).toBeUndefined();
});

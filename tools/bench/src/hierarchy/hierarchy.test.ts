import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { readResult } from '../result-file.ts';
import { useBenchFolder } from '../testing/bench-folder.ts';
import { hierarchy } from './hierarchy.ts';
import { hierarchyWays } from './ways.ts';

useBenchFolder();

const flags = { records: 100, users: 100, depths: [1, 2], iterations: 2 };

it('finds the people of every subtree by every way, to any depth that the way knows', async () => {
  const { file, problems } = await hierarchy(flags, {});
  expect(problems).toEqual([]);
  expect(readResult('hierarchy')).toEqual(file);
  const { cells } = file.results;
  const top = cells.filter(({ depthMax, subtreeSize }) => subtreeSize === 100 && depthMax === null);
  expect(top.map(({ people, way }) => [way, people])).toEqual([
    ['recursive-cte', 100],
    ['closure', 100],
    ['interval', 100],
  ]);
  const shallow = cells.filter(({ depthMax, subtreeSize }) => subtreeSize === 100 && depthMax === 1);
  expect(shallow.map(({ people }) => people)).toEqual([shallow[0]!.people, shallow[0]!.people, null]);
  expect(shallow[0]!.people).toBeLessThan(100);
  expect(cells.every(({ latency, people }) => (people === null) === (latency === null))).toBe(true);
});

it('fails when a way leaves somebody out', async () => {
  const lossy = { ...hierarchyWays[1]!, statement: () => sql`SELECT 1 AS id` };
  const { file, problems } = await hierarchy(flags, {}, [hierarchyWays[0]!, lossy]);
  expect(problems[0]).toContain('closure');
  expect(file.results.cells.filter(({ way }) => way === 'closure').every(({ latency }) => latency === null)).toBe(true);
});

it('does not know people who are not there', async () => {
  await expect(hierarchy({ ...flags, viewers: ['999'] }, {})).rejects.toThrow("no user '999'");
});

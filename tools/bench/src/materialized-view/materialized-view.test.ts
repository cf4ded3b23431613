import { expect, it } from 'vitest';
import { readResult } from '../result-file.ts';
import { useBenchFolder } from '../testing/bench-folder.ts';
import { materializedView } from './materialized-view.ts';

useBenchFolder();

const flags = { records: 300, users: 30, changes: [1, 50], iterations: 2, limitMs: 5_000, rowsMax: 10_000 };

it('measures refreshes, pages and staleness, all as the oracle has them, and leaves the data as they were', async () => {
  const { file, problems } = await materializedView(flags, {});
  expect(problems).toEqual([]);
  expect(readResult('materialized-view')).toEqual(file);
  const { costs, staleness } = file.results;
  expect(costs.length).toBeGreaterThan(1);
  for (const cost of costs) {
    expect(cost).toMatchObject({ reason: null, read: { calls: 2 }, readWithTotal: { calls: 2 } });
    expect(cost.fullRefreshMs).toBeGreaterThan(0);
  }
  expect(staleness.map(({ changes }) => changes).slice(0, 2)).toEqual([1, 50]);
  expect(staleness).toHaveLength(3);
  expect(staleness.every(({ right, incrementalRefreshMs }) => right && incrementalRefreshMs! > 0)).toBe(true);
  expect(staleness[1]!.shownWrongly).toBeGreaterThan(0);
  expect(staleness[1]!.missing).toBeGreaterThan(0);
  expect(staleness[2]).toMatchObject({ change: 'a team leaves its manager', missing: 0 });

  const again = await materializedView(flags, {});
  const wrongRows = (results: typeof file.results) =>
    results.staleness.map(({ missing, shownWrongly }) => [missing, shownWrongly]);
  expect(wrongRows(again.file.results)).toEqual(wrongRows(file.results));
});

it('reports no time when the report leaves something out', async () => {
  const { file, problems } = await materializedView({ ...flags, changes: [50] }, {}, async () => []);
  expect(problems).toContain('funds get other handlers: the report or the refresh differs from the oracle');
  expect(file.results.staleness[0]).toMatchObject({ right: false, incrementalRefreshMs: null, fullRefreshMs: null });
});

it('names viewers who see more than the view may hold, and goes on with the others', async () => {
  const { file, problems } = await materializedView({ ...flags, changes: [1], rowsMax: 100 }, {});
  expect(problems.join()).toContain('more than 100 rows; refresh it for fewer viewers');
  expect(file.results.costs.some(({ fullRefreshMs }) => fullRefreshMs === null)).toBe(true);
  expect(file.results.costs[0]!.fullRefreshMs).toBeGreaterThan(0);
});

it('changes nothing in a database that is not its own', async () => {
  const { records: _own, ...others } = flags;
  await expect(materializedView({ ...others, url: `sqlite:${import.meta.filename}` }, {})).rejects.toThrow(
    'only in a database of its own',
  );
});

import { expect, it } from 'vitest';
import { useBenchFolder } from '../testing/bench-folder.ts';
import { viewer } from './viewer.ts';

useBenchFolder();

const flags = { records: 300, users: 30, sort: 'amount', desc: true, page: 2, iterations: 2, limitMs: 5_000 };

it('lists viewers by the size of their scope', async () => {
  const { file } = await viewer({ ...flags, list: true }, {});
  expect(file.results.viewers.at(-1)).toMatchObject({ userId: '1', role: 'admin', visibleFunds: 300 });
  expect(file.results.question).toBeNull();
});

it('asks every strategy for one page of a viewer', async () => {
  const { file, problems } = await viewer({ ...flags, viewer: '1' }, {});
  expect(problems).toEqual([]);
  expect(file.results.question).toMatchObject({ orderBy: 'amount desc', page: 2, pageSize: 20, pageCount: 15 });
  expect(file.results.question!.fundIds).toHaveLength(20);
  expect(file.results.calls.map(({ strategy }) => strategy)).toContain('temporary-table');
  expect(file.results.calls.every(({ latency, outcome }) => outcome === 'right' && latency!.calls === 2)).toBe(true);
});

it('shows an empty page beyond the end, and says what cannot be asked', async () => {
  const { file, problems } = await viewer({ ...flags, viewer: '1', page: 100 }, {});
  expect([file.results.question!.fundIds, problems]).toEqual([[], []]);
  expect(() => viewer(flags, {})).toThrow('give either --list or --viewer <id>');
  expect(() => viewer({ ...flags, viewer: '1', sort: 'colour' }, {})).toThrow("no sort column 'colour'");
});

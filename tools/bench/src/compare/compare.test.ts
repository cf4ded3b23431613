import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { readResult } from '../result-file.ts';
import { runBenchCommand } from '../testing/run-bench-command.ts';
import { useBenchFolder } from '../testing/bench-folder.ts';
import { compare, type CompareFlags } from './compare.ts';
import type { Contender } from './contender.ts';

useBenchFolder();

const flags: CompareFlags = {
  records: [300],
  users: 30,
  sorts: ['amount desc', 'status'],
  depths: ['first', 'middle', 'middle by token', 'last'],
  totals: 'both',
  iterations: 2,
  limitMs: 5_000,
  strategies: ['temporary-table', 'closure-join'],
};

/** One contender answers otherwise. */
const replace =
  (name: string, ask: (original: Contender['ask']) => Contender['ask']) =>
  (contenders: readonly Contender[]): Contender[] =>
    contenders.map((each) => (each.name === name ? { ...each, ask: ask(each.ask) } : each));

describe('compare', () => {
  it('asks every strategy every question of viewers from one person to everybody, and stores the answers', async () => {
    const { file, problems } = await compare({ ...flags, stores: ['sqlite', 'memory'] }, {});
    expect(problems).toEqual([]);
    expect(file).toMatchObject({ command: 'compare', finished: true, unfinishedBecause: null, database: null });
    expect(readResult('compare')).toEqual(file);

    const [sqlite, memory] = file.results.runs;
    expect(sqlite!.database).toMatchObject({ engine: 'sqlite', records: 300, users: 30, profile: 'company', seed: 1 });
    expect(memory!.database.engine).toBe('memory');
    expect(sqlite!.viewers).toEqual(memory!.viewers);
    expect(sqlite!.viewers.map(({ peopleCount }) => peopleCount)).toEqual(
      sqlite!.viewers.map(({ peopleCount }) => peopleCount).toSorted((a, b) => a - b),
    );
    expect(sqlite!.viewers.at(-1)).toMatchObject({ role: 'admin', peopleCount: 30, visibleFunds: 300 });
    const everybody = sqlite!.cells.filter(({ viewerUserId }) => viewerUserId === sqlite!.viewers.at(-1)!.userId);
    expect(everybody).toHaveLength(2 * 2 * 4 * 2);
    expect(sqlite!.cells.every(({ latency, outcome }) => outcome === 'right' && latency!.calls === 2)).toBe(true);
    const baseline = sqlite!.cells.filter(({ strategy }) => strategy === 'temporary-table');
    expect(baseline.every(({ ratioToTemporaryTable }) => ratioToTemporaryTable === 1)).toBe(true);
    expect(sqlite!.cells.every(({ ratioToTemporaryTable }) => ratioToTemporaryTable! > 0)).toBe(true);
    expect(memory!.cells.every(({ outcome, strategy }) => outcome === 'right' && strategy === 'memory-sort')).toBe(
      true,
    );
  });

  it('asks everything that the strategies lib has unless told otherwise', async () => {
    const { strategies: _all, ...others } = flags;
    const { file, problems } = await compare({ ...others, sorts: ['fund_id'], depths: ['first'], iterations: 1 }, {});
    expect(problems).toEqual([]);
    expect(new Set(file.results.runs[0]!.cells.map(({ strategy }) => strategy))).toContain('adaptive-sql');
  });

  it.each([
    ['another order', (page: Page): Page => ({ ...page, funds: page.funds.toReversed() })],
    ['a wrong total', (page: Page): Page => ({ ...page, totalSize: 1_000_000 })],
    ['a wrong end of the list', (page: Page): Page => ({ ...page, hasMore: !page.hasMore })],
    [
      'a changed amount',
      (page: Page): Page => ({ ...page, funds: page.funds.map((f) => ({ ...f, amountCents: 1n })) }),
    ],
  ])('reports no time for a strategy that gives %s, and fails', async (_what, lie) => {
    const lying = replace('closure-join', (ask) => async (...args) => {
      const { ms, page } = await ask(...args);
      return { ms, page: lie(page) };
    });
    const { file, problems } = await compare({ ...flags, viewers: ['2'], totals: 'with' }, {}, lying);
    expect(problems[0]).toContain('closure-join');
    expect(problems[0]).toContain('wrong answer');
    const cells = file.results.runs[0]!.cells;
    expect(cells.filter(({ outcome }) => outcome === 'wrong answer').every(({ latency }) => latency === null)).toBe(
      true,
    );
    expect(cells.filter(({ strategy }) => strategy === 'temporary-table').every(({ latency }) => latency)).toBe(true);
  });

  it('marks a viewer for whom a strategy is over the limit, and goes on with the others', async () => {
    const slow = replace('closure-join', (ask) => async (question, signal) => {
      if (question.viewer.role === 'admin') await sleep(10_000, undefined, { signal });
      return ask(question, signal);
    });
    const { file, problems } = await compare({ ...flags, limitMs: 2_000 }, {}, slow);
    expect(problems).toEqual([]);
    const ofAdmin = file.results.runs[0]!.cells.filter(
      ({ strategy, viewerUserId }) => strategy === 'closure-join' && viewerUserId === '1',
    );
    expect(ofAdmin[0]!.outcome).toBe('over limit');
    expect(ofAdmin.slice(1).every(({ outcome }) => outcome === 'skipped')).toBe(true);
    const others = file.results.runs[0]!.cells.filter(({ strategy }) => strategy === 'temporary-table');
    expect(others.every(({ outcome }) => outcome === 'right')).toBe(true);
  });

  it('keeps what was measured before an interruption, marked as unfinished', async () => {
    const controller = new AbortController();
    let calls = 0;
    const interrupting = replace('closure-join', (ask) => async (...args) => {
      calls += 1;
      if (calls === 5) controller.abort(new Error('interrupted by a test'));
      return ask(...args);
    });
    const { file, problems } = await compare(flags, { signal: controller.signal }, interrupting);
    expect(problems).toEqual(['unfinished: interrupted by a test']);
    expect(file).toMatchObject({ finished: false, unfinishedBecause: 'interrupted by a test' });
    expect(file.results.runs[0]!.cells.length).toBeGreaterThan(0);
    expect(readResult('compare')).toEqual(file);
  });

  it('says which strategies, viewers, stores and orders there are', async () => {
    await expect(async () => compare({ ...flags, strategies: ['fastest'] }, {})).rejects.toThrow(
      /no strategy 'fastest'; known are .*adaptive-sql/,
    );
    await expect(async () => compare({ ...flags, viewers: ['999'] }, {})).rejects.toThrow("no viewer '999'");
    await expect(async () => compare({ ...flags, stores: ['oracle'] }, {})).rejects.toThrow(
      "no store 'oracle'; known are memory",
    );
    await expect(async () => compare({ ...flags, sorts: ['colour'] }, {})).rejects.toThrow("no order 'colour'");
  });
});

describe('the command compare', () => {
  const args = ['compare', '--records', '300', '--users', '30', '--iterations', '1'];

  it('prints what it stores', async () => {
    const { code, stdout } = await runBenchCommand([
      ...args,
      '--json',
      '--strategies',
      'closure-join',
      '--save-as',
      'mine',
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(readResult('compare', 'mine'));
  });

  it('ends with one line and exit code 1 for what it does not know', async () => {
    const { code, stderr, stdout } = await runBenchCommand([...args, '--strategies', 'fastest']);
    expect({ code, stdout, lines: stderr.trim().split('\n').length }).toEqual({ code: 1, stdout: '', lines: 1 });
    expect(stderr).toContain("no strategy 'fastest'");
  });

  it('prints and keeps partial results when it is interrupted', async () => {
    const { code, stdout } = await runBenchCommand(
      [...args, '--iterations', '20', '--sorts', 'fund_id', '--json'],
      /temporary-table/,
    );
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ finished: false, unfinishedBecause: 'interrupted by SIGINT' });
    expect(readResult('compare')).toEqual(JSON.parse(stdout));
  });
});

type Page = Awaited<ReturnType<Contender['ask']>>['page'];

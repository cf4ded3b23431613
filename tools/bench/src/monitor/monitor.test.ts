import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureMysql } from '@finance/mysql';
import { openConnection } from '@finance/seeder';
import { afterAll, expect, test } from 'vitest';
import { lineText, screenText } from './monitor-text.ts';
import { figuresOf, mysqlSource } from './mysql-source.ts';
import { serviceSource } from './service-source.ts';
import { sqliteSource } from './sqlite-source.ts';

const folder = mkdtempSync(join(tmpdir(), 'finance-monitor-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const valueOf = (figures: readonly { name: string; value: unknown }[], name: string): unknown =>
  figures.find((figure) => figure.name === name)?.value;

test('temporary tables that a session makes on MySQL are seen as a rate', async () => {
  const target = { engine: 'mysql', url: (await ensureMysql()).url } as const;
  const source = mysqlSource(target);
  const session = await openConnection(target);
  try {
    const first = await source.sample();
    expect(valueOf(first.figures, 'queries')).toBeNull();
    expect(valueOf(first.figures, 'connections')).toBeGreaterThanOrEqual(2);
    for (let i = 0; i < 3; i += 1) {
      await session.run('CREATE TEMPORARY TABLE monitored (id INT)');
      await session.run('DROP TEMPORARY TABLE monitored');
    }
    const second = await source.sample();
    expect(valueOf(second.figures, 'explicit temporary tables')).toBeGreaterThan(0);
    expect(valueOf(second.figures, 'queries')).toBeGreaterThan(0);
  } finally {
    await session.close();
    await source.close();
  }
});

test('rates are differences by seconds; a counter that fell or is missing gives none', () => {
  const reading = (atMs: number, values: Record<string, number>) => ({ atMs, values: new Map(Object.entries(values)) });
  const figures = figuresOf(
    reading(0, { Questions: 10, Com_select: 5, Innodb_buffer_pool_read_requests: 0, Innodb_buffer_pool_reads: 0 }),
    reading(2000, { Questions: 30, Com_select: 4, Innodb_buffer_pool_read_requests: 200, Innodb_buffer_pool_reads: 2 }),
  );
  expect(valueOf(figures, 'queries')).toBe(10);
  expect(valueOf(figures, 'selects')).toBeNull();
  expect(valueOf(figures, 'slow queries')).toBeNull();
  expect(valueOf(figures, 'buffer pool hits')).toBe(99);
});

test('what does not answer is shown as – with the reason, and nothing is thrown', async () => {
  const sources = [
    sqliteSource(join(folder, 'missing.db')),
    mysqlSource({ engine: 'mysql', url: 'mysql://nobody:x@127.0.0.1:1/finance' }),
    serviceSource('http://127.0.0.1:1'),
  ];
  const groups = await Promise.all(sources.map((source) => source.sample()));
  const text = screenText(groups, new Date(0));
  expect(text).toContain('file                       – [1]');
  expect(text).toContain('[1] there is no such file');
  expect(text).toContain('the database does not answer');
  expect(text).toMatch(/health +does not answer/);
  expect(text).toContain('the service is not ready');
  expect(lineText(groups, new Date(0))).not.toContain('\n');
});

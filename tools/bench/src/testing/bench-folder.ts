import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';

/** Gives a test file a folder of its own for results and generated SQLite databases. @returns its path, in a test */
export function useBenchFolder(): () => string {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'finance_bench_'));
    process.env['FINANCE_BENCH_FOLDER'] = folder;
  });
  afterAll(() => {
    delete process.env['FINANCE_BENCH_FOLDER'];
    rmSync(folder, { recursive: true, force: true });
  });
  return () => folder;
}

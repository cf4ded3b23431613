import { migrate } from '@finance/schema';
import { seedDatabase, silentProgress, withConnection } from '@finance/seeder';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useBenchFolder } from '../testing/bench-folder.ts';
import { benchTarget } from './bench-target.ts';
import { isLoopback, requireNamedHost } from './loopback.ts';
import { openFilled } from './open-filled.ts';

const folder = useBenchFolder();

describe('a database to measure', () => {
  it('is made once for each set of parameters', async () => {
    const small = await benchTarget({ records: 50, users: 10 }, 1, silentProgress);
    expect(small.target).toEqual({ engine: 'sqlite', file: join(folder(), 'finance_bench_50.db') });
    expect((await benchTarget({ records: 50, users: 11, seed: 2 }, 1, silentProgress)).target).toEqual({
      engine: 'sqlite',
      file: join(folder(), 'finance_bench_50_users_11_seed_2.db'),
    });
    expect(await benchTarget({ records: 50, users: 10 }, 1, silentProgress)).toEqual(small);
  });

  it('is refused when it is not there, has no rows, or was filled by halves', async () => {
    await expect(benchTarget({ url: 'sqlite:/nowhere/x.db' }, 1, silentProgress)).rejects.toThrow(
      'there is no file /nowhere/x.db',
    );
    const empty = { engine: 'sqlite', file: join(folder(), 'empty.db') } as const;
    await migrate(empty);
    await expect(openFilled(empty, null)).rejects.toThrow(/empty.db has no users; fill it with/);

    const half = { engine: 'sqlite', file: join(folder(), 'half.db') } as const;
    await seedDatabase(half, { profile: 'company', seed: 3, users: 10, records: 20 });
    await withConnection(half, (connection) =>
      connection.run(`UPDATE seeder_progress SET value = 'loading' WHERE name = 'phase'`),
    );
    await expect(openFilled(half, null)).rejects.toThrow(
      /half.db is half filled; finish it with .*--users 10 --records 20 --seed 3/,
    );
  });

  it('is not chosen twice', async () => {
    await expect(benchTarget({ url: 'sqlite:x.db', records: 5 }, 1, silentProgress)).rejects.toThrow('give only one');
  });
});

describe('load', () => {
  it('goes to this machine unless its host was named', () => {
    expect(['127.0.0.1', '127.3.2.1', 'localhost', '[::1]', '::1'].every(isLoopback)).toBe(true);
    expect(['10.0.0.1', 'db.example', '128.0.0.1', '127.0.0.1.example'].some(isLoopback)).toBe(false);
    const url = 'mysql://u:secret@db.example:3306/finance';
    expect(() => requireNamedHost(url, 'MYSQL_URL', undefined)).toThrow('give --host db.example');
    expect(() => requireNamedHost(url, 'MYSQL_URL', 'other.example')).toThrow('MYSQL_URL is on db.example');
    expect(() => requireNamedHost(url, 'MYSQL_URL', 'db.example')).not.toThrow();
  });
});

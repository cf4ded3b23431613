import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { unavailable, type Figure, type Source } from './figures.ts';

/** SQLite keeps no counters that another process could read: sizes are all that a file tells. */
export function sqliteSource(file: string): Source {
  const size = async (name: string, path: string, missing: string): Promise<Figure> =>
    stat(path).then(
      (facts) => ({ name, value: facts.size, unit: 'bytes' }),
      () => ({ name, value: null, unit: 'bytes', note: missing }),
    );
  return {
    sample: async () => ({
      title: `sqlite ${basename(file)}`,
      figures: [
        await size('file', file, 'there is no such file'),
        await size('write-ahead log', `${file}-wal`, 'no connection is open: the log is merged'),
        ...unavailable([['queries', '1/s']], 'SQLite runs inside the service and counts nothing for others'),
      ],
    }),
    close: async () => undefined,
  };
}

import cliProgress, { type MultiBar, type SingleBar } from 'cli-progress';
import type { LoadProgress } from '../load/load-progress.ts';
import { lineProgress } from './line-progress.ts';

/** Progress for people: bars on a terminal, plain lines elsewhere. Goes to stderr, so that stdout holds results only. */
export function terminalProgress(stream: NodeJS.WriteStream = process.stderr): LoadProgress {
  return stream.isTTY ? barProgress(stream) : lineProgress((line) => void stream.write(`${line}\n`));
}

function barProgress(stream: NodeJS.WriteStream): LoadProgress {
  const bars: MultiBar = new cliProgress.MultiBar(
    {
      stream,
      format: '{table} {bar} {percentage}% | {value}/{total} rows | {rate} rows/s | {eta_formatted} left',
      hideCursor: true,
      etaBuffer: 20,
    },
    cliProgress.Presets.shades_classic,
  );
  const barOf = new Map<string, { bar: SingleBar; startedAt: number; startedWith: number }>();
  return {
    rows: (table, done, total) => {
      const known = barOf.get(table);
      if (!known) {
        const bar = bars.create(total, done, { table: table.padEnd(16), rate: '-' });
        barOf.set(table, { bar, startedAt: performance.now(), startedWith: done });
        return;
      }
      const seconds = (performance.now() - known.startedAt) / 1000;
      const rate = Math.round((done - known.startedWith) / seconds).toLocaleString('en');
      known.bar.update(done, { rate });
    },
    step: (name) => void bars.log(`${name}\n`),
    notice: (line) => void bars.log(`${line}\n`),
    end: () => void bars.stop(),
  };
}

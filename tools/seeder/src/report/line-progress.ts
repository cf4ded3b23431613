import type { LoadProgress } from '../load/load-progress.ts';

/** A line this often, or each tenth, is enough for a log. */
const lineIntervalMs = 2000;
const shareInterval = 0.1;

/** Progress as plain lines, such as `orders 400,000/1,000,000 rows, 40 %, 210,000 rows/s, 3 s left`. */
export function lineProgress(write: (line: string) => void, now: () => number = () => performance.now()): LoadProgress {
  const tables = new Map<string, { startedAt: number; startedWith: number; toldAt: number; toldShare: number }>();
  return {
    rows: (table, done, total) => {
      const share = total === 0 ? 1 : done / total;
      const known = tables.get(table);
      if (!known) {
        tables.set(table, { startedAt: now(), startedWith: done, toldAt: now(), toldShare: share });
        write(
          `${table}: ${done === 0 ? '' : `continuing at ${done.toLocaleString('en')} of `}${total.toLocaleString('en')} rows`,
        );
        return;
      }
      const isDue =
        now() - known.toldAt >= lineIntervalMs || share - known.toldShare >= shareInterval || done === total;
      if (!isDue) return;
      known.toldAt = now();
      known.toldShare = share;
      const rate = ((done - known.startedWith) / Math.max(1, now() - known.startedAt)) * 1000;
      const left = Math.ceil((total - done) / rate);
      write(
        `${table}: ${done.toLocaleString('en')}/${total.toLocaleString('en')} rows, ${Math.floor(share * 100)} %, ` +
          `${Math.round(rate).toLocaleString('en')} rows/s${done === total ? '' : `, ${left} s left`}`,
      );
    },
    step: write,
    notice: write,
    end: () => undefined,
  };
}

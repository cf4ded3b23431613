import type { CompareCell } from '../result-types.ts';

const baseline = 'temporary-table';

const questionKey = ({ depth, orderBy, viewerUserId, withTotal }: CompareCell): string =>
  JSON.stringify([viewerUserId, orderBy, depth, withTotal]);

/** The cells with their ratios to temporary-table, as far as that has answered the same question. */
export function withRatios(cells: readonly CompareCell[]): CompareCell[] {
  const medians = new Map(
    cells
      .filter(({ strategy, latency }) => strategy === baseline && latency)
      .map((cell) => [questionKey(cell), cell.latency!.p50Ms]),
  );
  return cells.map((cell) => {
    const median = medians.get(questionKey(cell));
    return cell.latency && median ? { ...cell, ratioToTemporaryTable: cell.latency.p50Ms / median } : cell;
  });
}

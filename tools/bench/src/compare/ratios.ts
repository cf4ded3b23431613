import type { CompareCell } from '../result-types.ts';

const baseline = 'temporary-table';

const questionKey = ({ depth, orderBy, viewerUserId, withTotal }: CompareCell): string =>
  JSON.stringify([viewerUserId, orderBy, depth, withTotal]);

/** The cells with their ratios to temporary-table, as far as that has answered the same question. */
export function withRatios(cells: readonly CompareCell[]): CompareCell[] {
  const medians = timesByQuestion(cells, baseline);
  return cells.map((cell) => {
    const baselineMs = medians.get(questionKey(cell));
    return cell.latency && baselineMs ? { ...cell, ratioToTemporaryTable: cell.latency.p50Ms / baselineMs } : cell;
  });
}

/**
 * The median of a strategy's times divided by the median of temporary-table's, over the questions that both have
 * answered; undefined when there is none. Not a median of ratios: that one hides where most of the time goes.
 */
export function ratioOfMedians(cells: readonly CompareCell[], strategy: string): number | undefined {
  const times = timesByQuestion(cells, strategy);
  const baselineTimes = timesByQuestion(cells, baseline);
  const shared = [...times.keys()].filter((question) => baselineTimes.has(question));
  const time = median(shared.map((question) => times.get(question)!));
  const baselineTime = median(shared.map((question) => baselineTimes.get(question)!));
  return time === undefined || !baselineTime ? undefined : time / baselineTime;
}

const timesByQuestion = (cells: readonly CompareCell[], strategy: string): Map<string, number> =>
  new Map(
    cells
      .filter((cell) => cell.strategy === strategy && cell.latency)
      .map((cell) => [questionKey(cell), cell.latency!.p50Ms]),
  );

/** Of an even number the smaller of the two in the middle; undefined of none. */
export function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
}

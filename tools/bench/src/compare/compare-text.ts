import { count, databaseText, footText, ms, tableText } from '../cli/tables.ts';
import type { BenchViewer, CompareCell, CompareRun, ResultFile } from '../result-types.ts';
import { median, ratioOfMedians } from './ratios.ts';

/** The tables of `compare` for people. */
export function compareText(file: ResultFile<'compare'>): string {
  return [...file.results.runs.flatMap(runText), footText(file)].join('\n');
}

function runText({ database, viewers, cells }: CompareRun): string[] {
  const strategies = [...new Set(cells.map(({ strategy }) => strategy))];
  const bySize = [false, true].flatMap((withTotal) => {
    const asked = cells.filter((cell) => cell.withTotal === withTotal);
    if (asked.length === 0) return [];
    return [
      `${withTotal ? 'With' : 'Without'} total, median ms by viewer over all sorts and depths (× temporary-table)`,
      tableText(
        ['people', 'visible', ...strategies],
        viewers.map((viewer) => [
          count(viewer.peopleCount),
          count(viewer.visibleFunds),
          ...strategies.map((strategy) => summary(ofViewer(asked, viewer), strategy)),
        ]),
      ),
    ];
  });
  const questions = [...new Map(cells.map((cell) => [questionText(cell), cell])).keys()];
  const byQuestion = tableText(
    ['sort, depth', ...strategies],
    questions.map((question) => [
      question,
      ...strategies.map((strategy) =>
        worst(cells.filter((cell) => cell.strategy === strategy && questionText(cell) === question)),
      ),
    ]),
  );
  return [databaseText(database), ...bySize, 'By sort, depth and total: the p95 of the slowest viewer, ms', byQuestion];
}

const ofViewer = (cells: readonly CompareCell[], viewer: BenchViewer): CompareCell[] =>
  cells.filter((cell) => cell.viewerUserId === viewer.userId);

const questionText = ({ depth, orderBy, withTotal }: CompareCell): string =>
  `${orderBy}, ${depth}${withTotal ? ', total' : ''}`;

/** The worst outcome of a strategy, else the median of its medians, and that as a ratio. */
function summary(ofAll: readonly CompareCell[], strategy: string): string {
  const cells = ofAll.filter((cell) => cell.strategy === strategy);
  const bad = outcomeOf(cells);
  if (bad !== undefined) return bad;
  const ratio = ratioOfMedians(ofAll, strategy);
  const time = ms(median(cells.flatMap((cell) => cell.latency?.p50Ms ?? [])));
  return ratio === undefined ? time : `${time} (${ratio.toPrecision(2)})`;
}

function worst(cells: readonly CompareCell[]): string {
  const times = cells.flatMap((cell) => cell.latency?.p95Ms ?? []);
  const isOver = cells.some(({ outcome }) => outcome === 'over limit' || outcome === 'skipped');
  const bad = cells.find(({ outcome }) => outcome === 'wrong answer' || outcome === 'failed');
  if (bad) return bad.outcome;
  if (isOver) return 'over limit';
  return times.length === 0 ? '' : ms(Math.max(...times));
}

function outcomeOf(cells: readonly CompareCell[]): string | undefined {
  const order: CompareCell['outcome'][] = ['wrong answer', 'failed', 'over limit'];
  return order.find((outcome) => cells.some((cell) => cell.outcome === outcome));
}

import { count, databaseText, footText, ms, tableText } from '../cli/tables.ts';
import type { HierarchyCell, ResultFile } from '../result-types.ts';
import { hierarchyWays } from './ways.ts';

/** The table of `hierarchy` for people. */
export function hierarchyText(file: ResultFile<'hierarchy'>): string {
  const { cells } = file.results;
  const questions = [...new Map(cells.map((cell) => [questionKey(cell), cell])).values()];
  const table = tableText(
    ['user', 'subtree', 'height', 'levels asked', ...hierarchyWays.map(({ name }) => `${name}, p50 ms (× recursive)`)],
    questions.map((question) => [
      question.userId,
      count(question.subtreeSize),
      question.height,
      question.depthMax ?? 'all',
      ...hierarchyWays.map(({ name }) =>
        timeText(cells.find((cell) => cell.way === name && questionKey(cell) === questionKey(question))),
      ),
    ]),
  );
  return [file.database ? databaseText(file.database) : '', table, footText(file)].join('\n');
}

const questionKey = ({ depthMax, userId }: HierarchyCell): string => `${userId} ${depthMax}`;

function timeText(cell: HierarchyCell | undefined): string {
  if (!cell) return '';
  if (!cell.latency)
    return cell.people === null && cell.way === 'interval' && cell.depthMax !== null ? 'knows no depth' : 'wrong';
  return `${ms(cell.latency.p50Ms)} (${(cell.ratioToRecursiveCte ?? 1).toPrecision(2)})`;
}

import type { BenchViewer, CompareCell } from '../result-types.ts';
import type { Question } from '../questions/make-questions.ts';
import type { Contender } from './contender.ts';
import { measureCell, unmeasured, type CellLimits } from './measure-cell.ts';

/**
 * Asks every question of every contender, contender by contender and viewer by viewer; `onViewer` is told before, `onCell` gets each
 * result. After
 * one call over the limit the rest of that viewer's questions is skipped.
 */
export async function compareStore(
  contenders: readonly Contender[],
  questionsByViewer: readonly (readonly Question[])[],
  limits: CellLimits,
  signal: AbortSignal,
  onViewer: (contender: Contender, viewer: BenchViewer) => void,
  onCell: (cell: CompareCell) => void,
): Promise<void> {
  for (const contender of contenders) {
    for (const questions of questionsByViewer) {
      let isOverLimit = false;
      if (questions[0]) onViewer(contender, questions[0].viewer);
      for (const question of questions) {
        signal.throwIfAborted();
        if (isOverLimit) {
          onCell(unmeasured(contender, question, 'skipped', 'over limit on an earlier question'));
          continue;
        }
        const cell = await measureCell(contender, question, limits, signal);
        isOverLimit = cell.outcome === 'over limit';
        onCell(cell);
      }
    }
  }
}

import { CliError } from '../cli-error.ts';
import { exitCodes } from '../exit-codes.ts';

/**
 * The messages of a stream whose server may take `waitMs` for each of them; the time that their consumer takes does not
 * count. A stream that takes longer is cancelled.
 * @throws CliError when it does
 */
export async function* streamWithin<T>(
  open: (signal: AbortSignal) => AsyncIterable<T>,
  waitMs: number,
): AsyncGenerator<T> {
  const controller = new AbortController();
  const late = new CliError(
    exitCodes.unreachable,
    `DEADLINE_EXCEEDED: nothing came for ${waitMs} ms; allow more with --timeout`,
  );
  const messages = open(controller.signal)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const timer = setTimeout(() => controller.abort(late), waitMs);
      const next = await messages.next().finally(() => clearTimeout(timer));
      if (next.done) return;
      yield next.value;
    }
  } finally {
    // Ends the call when the consumer leaves early; without effect on one that has ended.
    controller.abort();
  }
}

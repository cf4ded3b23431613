/** A failure whose message is one line for the person at the terminal: what was wrong and what to do. */
export class BenchError extends Error {
  override readonly name = 'BenchError';
}

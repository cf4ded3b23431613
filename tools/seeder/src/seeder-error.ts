/** A failure whose message is for the person at the terminal: one line, what was wrong and what to do, no password. */
export class SeederError extends Error {
  override readonly name = 'SeederError';
}

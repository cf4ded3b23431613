/** A failure the person at the terminal can act on: the message says what was wrong and what to do, never a password. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
}

/** The text of whatever was thrown, for a line in a longer message. */
export function messageOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const cause = thrown.cause instanceof Error ? ` (${thrown.cause.message})` : '';
  return (thrown.message || ('code' in thrown ? String(thrown.code) : thrown.name)) + cause;
}

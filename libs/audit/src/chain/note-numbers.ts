/** Follows the numbers that processes give their changes, 1, 2, 3…, through a log: few of them are out of order. */
export class NoteNumbers {
  readonly #processes = new Map<string, { upTo: number; readonly beyond: Set<number> }>();

  /** Whether it is the first entry of this note. */
  add(note: string): boolean {
    const dash = note.lastIndexOf('-');
    const [process, number] = [note.slice(0, dash), Number(note.slice(dash + 1))];
    const seen = this.#processes.get(process) ?? { upTo: 0, beyond: new Set<number>() };
    this.#processes.set(process, seen);
    if (number <= seen.upTo || seen.beyond.has(number)) return false;
    seen.beyond.add(number);
    while (seen.beyond.delete(seen.upTo + 1)) seen.upTo += 1;
    return true;
  }

  /** Numbers that have no entry below one that has. */
  get gaps(): number {
    return [...this.#processes.values()]
      .filter(({ beyond }) => beyond.size > 0)
      .reduce((sum, { upTo, beyond }) => sum + Math.max(...beyond) - upTo - beyond.size, 0);
  }
}

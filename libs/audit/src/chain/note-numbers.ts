/** Numbers from one to another, both included, that have not come yet. */
type Range = [from: number, to: number];

interface Numbers {
  highest: number;
  /** Below the highest; ascending. */
  readonly missing: Range[];
}

/** Follows the numbers that processes give their changes, 1, 2, 3…, through a log. Takes memory for gaps alone. */
export class NoteNumbers {
  readonly #processes = new Map<string, Numbers>();
  #gaps = 0;

  /** Numbers that have no entry below one that has. */
  get gaps(): number {
    return this.#gaps;
  }

  /** Whether it is the first entry of this note. */
  add(note: string): boolean {
    const dash = note.lastIndexOf('-');
    const [process, number] = [note.slice(0, dash), Number(note.slice(dash + 1))];
    const seen = this.#processes.get(process) ?? { highest: 0, missing: [] };
    this.#processes.set(process, seen);
    if (number > seen.highest) {
      if (number > seen.highest + 1) seen.missing.push([seen.highest + 1, number - 1]);
      this.#gaps += number - seen.highest - 1;
      seen.highest = number;
      return true;
    }
    if (!takeOut(number, seen.missing)) return false;
    this.#gaps -= 1;
    return true;
  }
}

/** Whether the number was in one of the ranges. */
function takeOut(number: number, ranges: Range[]): boolean {
  // The first range that does not end below it.
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ranges[middle]![1] < number) low = middle + 1;
    else high = middle;
  }
  const [from, to] = ranges[low] ?? [Infinity, 0];
  if (!(from <= number)) return false;
  const left: Range[] = [
    [from, number - 1],
    [number + 1, to],
  ];
  ranges.splice(low, 1, ...left.filter(([first, last]) => first <= last));
  return true;
}

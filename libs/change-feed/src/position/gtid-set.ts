/**
 * A set of MySQL transactions such as `uuid:1-5:7,uuid2:1-3`, and `uuid:1-5:tag:1-2` since 8.3. Numbers are exact up to
 * 2^53. Adding to the end of an interval, which is what a follower does, costs nothing.
 */
export class GtidSet {
  /** By `uuid` or `uuid:tag`: first and last of each interval, one after the other, ascending and apart. */
  private readonly sources = new Map<string, number[]>();

  /** @throws Error for text that is no GTID set */
  static parse(text: string): GtidSet {
    const set = new GtidSet();
    for (const part of text.split(',')) {
      const [source = '', ...pieces] = part.trim().toLowerCase().split(':');
      if (source === '' && pieces.length === 0) continue;
      if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(source)) throw new Error(`'${part}' is no GTID set`);
      let key = source;
      for (const piece of pieces.map((piece) => piece.trim())) {
        const interval = /^(\d{1,16})(?:-(\d{1,16}))?$/.exec(piece);
        if (interval) set.addInterval(key, Number(interval[1]), Number(interval[2] ?? interval[1]));
        else if (/^[a-z_][a-z0-9_]{0,31}$/.test(piece)) key = `${source}:${piece}`;
        else throw new Error(`'${part}' is no GTID set`);
      }
    }
    return set;
  }

  add(source: string, number: number): void {
    const intervals = this.sources.get(source);
    if (intervals && intervals.at(-1) === number - 1) intervals[intervals.length - 1] = number;
    else this.addInterval(source, number, number);
  }

  /** Takes the content of another set in the place of its own. */
  assign(other: GtidSet): void {
    this.sources.clear();
    for (const [source, bounds] of other.sources) this.sources.set(source, [...bounds]);
  }

  /** A copy that lacks one transaction. */
  without(source: string, number: number): GtidSet {
    const rest = new GtidSet();
    for (const [each, bounds] of this.sources) {
      for (let at = 0; at < bounds.length; at += 2) {
        const [first, last] = [bounds[at]!, bounds[at + 1]!];
        if (each !== source || number < first || number > last) rest.addInterval(each, first, last);
        else {
          if (number > first) rest.addInterval(each, first, number - 1);
          if (number < last) rest.addInterval(each, number + 1, last);
        }
      }
    }
    return rest;
  }

  /** The greatest number of a source; undefined where there is none. */
  lastOf(source: string): number | undefined {
    return this.sources.get(source)?.at(-1);
  }

  contains(other: GtidSet): boolean {
    for (const [source, wanted] of other.sources) {
      const reached = this.sources.get(source);
      if (!reached) return false;
      for (let at = 0; at < wanted.length; at += 2) {
        const place = placeOf(reached, wanted[at]!);
        if (place < 0 || wanted[at + 1]! > reached[place + 1]!) return false;
      }
    }
    return true;
  }

  /** Each source with its intervals, `last` inclusive. */
  *entries(): Iterable<{ source: string; intervals: { first: number; last: number }[] }> {
    for (const [source, bounds] of this.sources) {
      const intervals = [];
      for (let at = 0; at < bounds.length; at += 2) intervals.push({ first: bounds[at]!, last: bounds[at + 1]! });
      yield { source, intervals };
    }
  }

  toString(): string {
    return Array.from(this.entries(), ({ source, intervals }) => {
      const list = intervals.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`));
      return [source, ...list].join(':');
    }).join(',');
  }

  private addInterval(source: string, first: number, last: number): void {
    if (first < 1 || last < first) throw new Error(`${first}-${last} is no interval of transactions`);
    const intervals = this.sources.get(source) ?? [];
    let at = 0;
    while (at < intervals.length && intervals[at + 1]! < first - 1) at += 2;
    let end = at;
    let merged = [first, last];
    while (end < intervals.length && intervals[end]! <= last + 1) {
      merged = [Math.min(merged[0]!, intervals[end]!), Math.max(merged[1]!, intervals[end + 1]!)];
      end += 2;
    }
    intervals.splice(at, end - at, ...merged);
    this.sources.set(source, intervals);
  }
}

/** The index of the interval that holds a number, or negative. */
function placeOf(intervals: readonly number[], number: number): number {
  let low = 0;
  let high = intervals.length / 2 - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (number < intervals[middle * 2]!) high = middle - 1;
    else if (number > intervals[middle * 2 + 1]!) low = middle + 1;
    else return middle * 2;
  }
  return -1;
}

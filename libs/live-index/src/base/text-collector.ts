import type { Texts } from './index-base.ts';
import { sharedBytes, sharedInts } from './shared-arrays.ts';

const encoder = new TextEncoder();

/** Strings as UTF-8, collected one after the other. */
export class TextCollector {
  private bytes = new Uint8Array(1 << 16);
  private used = 0;
  private readonly ends: number[] = [];

  push(text: string): void {
    // UTF-8 takes at most three bytes for a UTF-16 unit.
    while (this.bytes.length - this.used < text.length * 3) {
      const larger = new Uint8Array(this.bytes.length * 2);
      larger.set(this.bytes);
      this.bytes = larger;
    }
    this.used += encoder.encodeInto(text, this.bytes.subarray(this.used)).written;
    this.ends.push(this.used);
  }

  /** The strings of `count` places; `sourceOf` gives which pushed one stands there, undefined for the empty string. */
  inOrder(count: number, sourceOf: (place: number) => number | undefined): Texts {
    const bytes = sharedBytes(this.used);
    const starts = sharedInts(count + 1);
    let end = 0;
    for (let place = 0; place < count; place += 1) {
      const source = sourceOf(place);
      if (source !== undefined) {
        const text = this.bytes.subarray(this.ends[source - 1] ?? 0, this.ends[source]);
        bytes.set(text, end);
        end += text.length;
      }
      starts[place + 1] = end;
    }
    return { bytes, starts };
  }
}

const decoder = new TextDecoder();

/** The string of a place. */
export function textAt(texts: Texts, place: number): string {
  // A copy: decoders do not read shared memory.
  return decoder.decode(texts.bytes.slice(texts.starts[place]!, texts.starts[place + 1]!));
}

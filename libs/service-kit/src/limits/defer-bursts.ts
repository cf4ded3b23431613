import type { Http2Stream } from 'node:http2';
import { whileOpen } from './while-open.ts';

/** Streams that are begun at once in one turn of the event loop; honest clients seldom send more in one piece. */
const atOnce = 20;

/**
 * Begins a stream's work at once, or, when many arrive in one piece, a turn later and only if the stream is still open
 * then: a flood of streams that are reset as soon as they are opened (CVE-2023-44487) costs no more than their frames.
 */
export function createBurstDeferral(): (stream: Http2Stream, begin: () => void) => void {
  let begun = 0;
  const calm = () => {
    begun = 0;
  };
  return (stream, begin) => {
    if (begun === 0) setImmediate(calm);
    begun += 1;
    if (begun <= atOnce) {
      begin();
      return;
    }
    setImmediate(whileOpen(stream, begin));
  };
}

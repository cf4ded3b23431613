import { constants } from 'node:http2';
import type { Http2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { createStreamWatch } from './stream-watch.ts';

/** What a request comes on: a stream, or a connection of HTTP/1.1. */
type Carrier = Http2Stream | Socket;

/** Requests whose headers are there and whose rest is not; they have no place in the limits yet. */
export interface UnfinishedRequests {
  /** @returns to be called when all of it is there, or when it is over */
  begin(carrier: Carrier, isOpen: boolean): () => void;
  close(): void;
}

/** A request that the limits allow takes a fraction of this on any line. */
export const requestMsMax = 5_000;

/**
 * Ends requests that take too long to come, and the oldest of too many. Requests of RPCs that are open to everybody are
 * counted by themselves, so that strangers cannot end those of callers.
 */
export function createUnfinishedRequests(max: { readonly open: number; readonly others: number }): UnfinishedRequests {
  const open = createStreamWatch<Carrier>(requestMsMax, end, max.open);
  const others = createStreamWatch<Carrier>(requestMsMax, end, max.others);
  return {
    begin: (carrier, isOpen) => (isOpen ? open : others).begin(carrier),
    close: () => {
      open.close();
      others.close();
    },
  };
}

function end(carrier: Carrier): void {
  if ('rstCode' in carrier) carrier.close(constants.NGHTTP2_ENHANCE_YOUR_CALM);
  else carrier.destroy();
}

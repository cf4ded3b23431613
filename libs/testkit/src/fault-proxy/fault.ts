/**
 * What a proxy does to the connections through it, old and new:
 * - `none`: passes everything on
 * - `refuse`: closes its port and resets what is open, as a server that is not there
 * - `latency`: holds every piece back so long, in each direction
 * - `blackhole`: accepts and swallows, answers nothing, as a cable that was pulled
 * - `halt`: swallows what a client sends from a text on, as a server that is halted in the middle of a conversation
 * - `reset`: resets every connection as soon as it sends something
 * - `half-open`: the server's side is closed and the client is not told
 * - `cut`: passes so many bytes of answers on each connection, then resets it in the middle
 * - `garbage`: answers random bytes to everything
 */
export type Fault =
  | { readonly kind: 'none' }
  | { readonly kind: 'refuse' }
  | { readonly kind: 'latency'; readonly delayMs: number }
  | { readonly kind: 'blackhole' }
  | { readonly kind: 'halt'; readonly at: string }
  | { readonly kind: 'reset' }
  | { readonly kind: 'half-open' }
  | { readonly kind: 'cut'; readonly afterBytes: number }
  | { readonly kind: 'garbage' };

import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import { DomainError } from '@finance/domain';

/** The body of a request on the HTTP port; connect reads it from here, whether or not it was read whole before. */
export class RequestBody implements AsyncIterable<Uint8Array> {
  readonly #request: IncomingMessage | Http2ServerRequest;
  #whole: Buffer | undefined;

  constructor(request: IncomingMessage | Http2ServerRequest) {
    this.#request = request;
  }

  /**
   * All of it; undefined when it is larger, in which case what else comes is thrown away, so that the caller who still
   * sends can read its answer.
   * @throws DomainError CANCELLED, or DEADLINE_EXCEEDED when the signal aborts first
   */
  async whole(bytesMax: number, signal: AbortSignal): Promise<Buffer | undefined> {
    const request = this.#request;
    const read = Promise.withResolvers<Buffer | undefined>();
    const chunks: Buffer[] = [];
    let bytes = 0;
    const take = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > bytesMax) read.resolve(undefined);
      else chunks.push(chunk);
    };
    const finish = () => read.resolve(Buffer.concat(chunks, bytes));
    const leave = () => read.reject(callerLeft());
    const expire = () => read.reject(request.destroyed ? callerLeft() : deadlinePassed());
    request.on('data', take).once('end', finish).once('close', leave).once('error', leave);
    signal.addEventListener('abort', expire, { once: true });
    if (signal.aborted) expire();
    try {
      this.#whole = await read.promise;
      return this.#whole;
    } finally {
      request.off('data', take).off('end', finish).off('close', leave).off('error', leave).resume();
      signal.removeEventListener('abort', expire);
    }
  }

  /** Waits for its first bytes, or its end. @throws DomainError CANCELLED, or DEADLINE_EXCEEDED when the signal aborts */
  async begins(signal: AbortSignal): Promise<void> {
    const request = this.#request;
    if (request.readableLength > 0 || request.readableEnded) return;
    const begun = Promise.withResolvers<void>();
    const begin = () => begun.resolve();
    const leave = () => begun.reject(callerLeft());
    const expire = () => begun.reject(request.destroyed ? callerLeft() : deadlinePassed());
    request.once('readable', begin).once('close', leave).once('error', leave);
    signal.addEventListener('abort', expire, { once: true });
    if (signal.aborted) expire();
    try {
      await begun.promise;
    } finally {
      request.off('readable', begin).off('close', leave).off('error', leave);
      signal.removeEventListener('abort', expire);
    }
  }

  /** Throws it away as it comes; nobody is going to read it. */
  discard(): void {
    this.#request.resume();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    if (this.#whole === undefined) yield* this.#request;
    else yield this.#whole;
  }
}

const callerLeft = (): DomainError => new DomainError('CANCELLED', 'the caller went away');
const deadlinePassed = (): DomainError =>
  new DomainError('DEADLINE_EXCEEDED', "the call's deadline passed before its request was there");

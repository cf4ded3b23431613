import { ChangeFeedError } from '../change-feed-error.ts';

/** Status byte, event header and table id: enough to tell whether a packet is of use. */
export const packetHeadBytes = 26;

const frameHeaderBytes = 4;
/** A frame of this length is continued by the next one. */
const frameLengthMax = 0xff_ff_ff;

/**
 * Cuts what a connection delivers into packets. A packet that `isWanted` refuses by its head is not collected, so that
 * foreign rows of any size need no memory.
 */
export class FrameReader {
  private readonly isWanted: (head: Buffer) => boolean;
  private parts: Buffer[] = [];
  private partBytes = 0;
  private neededBytes = 0;
  private skippedBytes = 0;
  private isSkipping = false;
  private lastNumber: number | undefined;
  private readonly frames: Buffer[] = [];

  constructor(isWanted: (head: Buffer) => boolean) {
    this.isWanted = isWanted;
  }

  /** The packets that are complete with this chunk; views of it, valid until the next call. */
  *read(chunk: Buffer): Generator<Buffer> {
    let data = chunk;
    if (this.partBytes > 0) {
      this.parts.push(chunk);
      this.partBytes += chunk.length;
      if (this.partBytes < this.neededBytes) return;
      data = Buffer.concat(this.parts);
      this.parts = [];
      this.partBytes = 0;
    }
    let at = 0;
    while (at < data.length) {
      if (this.skippedBytes > 0) {
        const bytes = Math.min(this.skippedBytes, data.length - at);
        this.skippedBytes -= bytes;
        at += bytes;
        continue;
      }
      const available = data.length - at - frameHeaderBytes;
      if (available < 0) return this.keep(data.subarray(at), frameHeaderBytes);
      this.expectNumber(data[at + 3]!);
      const length = data.readUIntLE(at, 3);
      const start = at + frameHeaderBytes;
      const isFirst = this.frames.length === 0 && !this.isSkipping;
      if (isFirst && length > packetHeadBytes) {
        if (available < packetHeadBytes) return this.keep(data.subarray(at), frameHeaderBytes + packetHeadBytes);
        this.isSkipping = !this.isWanted(data.subarray(start, start + packetHeadBytes));
      }
      if (this.isSkipping) {
        this.lastNumber = data[at + 3]!;
        this.skippedBytes = length;
        this.isSkipping = length === frameLengthMax;
        at = start;
        continue;
      }
      if (available < length) return this.keep(data.subarray(at), frameHeaderBytes + length);
      this.lastNumber = data[at + 3]!;
      at = start + length;
      const frame = data.subarray(start, at);
      if (length === frameLengthMax) this.frames.push(frame);
      else yield this.frames.length === 0 ? frame : Buffer.concat([...this.frames.splice(0), frame]);
    }
  }

  /**
   * Frames of an answer are numbered: a gap means that bytes were lost on the way, and with them perhaps changes. Looked at
   * before the frame is waited for, because the length of a broken one may never be reached.
   */
  private expectNumber(number: number): void {
    if (this.lastNumber !== undefined && number !== ((this.lastNumber + 1) & 0xff)) {
      throw new ChangeFeedError('unavailable', 'a part of the binlog was lost on its way');
    }
  }

  private keep(rest: Buffer, neededBytes: number): void {
    this.parts = [rest];
    this.partBytes = rest.length;
    this.neededBytes = neededBytes;
  }
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameReader } from './frame-reader.ts';

const frame = (number: number, content: Buffer): Buffer => {
  const header = Buffer.alloc(4);
  header.writeUIntLE(content.length, 0, 3);
  header[3] = number & 0xff;
  return Buffer.concat([header, content]);
};

/** Contents whose first byte tells whether they are wanted. */
const contents = fc.array(
  fc.uint8Array({ minLength: 1, maxLength: 90 }).map((bytes) => Buffer.from(bytes)),
  { maxLength: 300 },
);
const isWanted = (head: Buffer): boolean => head[0]! % 3 !== 0;

describe('frames', () => {
  it('come out whole, however the stream is cut, without those nobody wants', () => {
    fc.assert(
      fc.property(contents, fc.integer({ min: 1, max: 200 }), (packets, chunkBytes) => {
        const stream = Buffer.concat(packets.map((content, i) => frame(i + 1, content)));
        const reader = new FrameReader(isWanted);
        const read: Buffer[] = [];
        for (let at = 0; at < stream.length; at += chunkBytes) {
          for (const packet of reader.read(stream.subarray(at, at + chunkBytes))) read.push(Buffer.from(packet));
        }
        // Short ones are not worth asking about.
        expect(read).toEqual(packets.filter((content) => content.length <= 26 || isWanted(content)));
      }),
      { numRuns: 200 },
    );
  });

  it('end the connection when one is missing', () => {
    const reader = new FrameReader(() => true);
    expect([...reader.read(frame(255, Buffer.from('a')))].length).toBe(1);
    expect([...reader.read(frame(0, Buffer.from('b')))].length).toBe(1);
    expect(() => [...reader.read(frame(2, Buffer.from('c')))]).toThrow('lost on its way');
  });
});

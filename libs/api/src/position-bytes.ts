import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** Shorter ones gain little. */
const deflatedFromChars = 1_000;
/** Begins what is deflated; a position begins with the name of its engine. */
const deflatedMark = 0;

/** A position as the content of a token: long ones, which name many servers, at less than half their length. */
export function positionBytes(position: string): Uint8Array {
  if (position.length < deflatedFromChars) return new TextEncoder().encode(position);
  return Buffer.concat([Buffer.of(deflatedMark), deflateRawSync(position, { level: 1 })]);
}

/** The inverse of {@link positionBytes}, of content that was sealed. */
export function positionFromBytes(content: Uint8Array): string {
  const text = content[0] === deflatedMark ? inflateRawSync(content.subarray(1)) : content;
  return new TextDecoder().decode(text);
}

import type { Writer } from '@finance/domain';
import type { Caller } from './caller.ts';

/** What a caller's credential makes of its writes: one that acts as itself, and not as any viewer, is confined. */
export function writerOf({ userId, capabilities }: Caller): Writer {
  const isAnybody = capabilities.has('act-as-any-viewer');
  const isConfined = !isAnybody && capabilities.has('act-as-self');
  const reads = isAnybody ? 'everything' : isConfined && userId !== undefined ? 'own' : 'nothing';
  return { userId, isConfined, reads };
}

import type { Writer } from '@finance/domain';
import type { Caller } from './caller.ts';

/** How far a caller may write. One that acts as itself, and not as any viewer, changes only what its user sees. */
export function writerOf({ userId, capabilities }: Caller): Writer {
  const isAnybody = capabilities.has('act-as-any-viewer');
  const isConfined = !isAnybody && capabilities.has('act-as-self');
  const reads = isAnybody ? 'everything' : isConfined && userId !== undefined ? 'own' : 'nothing';
  return { userId, isConfined, reads };
}

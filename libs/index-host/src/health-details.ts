import type { IndexReplica } from './live-index-host.ts';
import type { LiveIndexState } from './index-state.ts';

/** What the live index is at, for people who look at the health page; nothing where none is kept. */
export function liveIndexHealth(index: IndexReplica | undefined): {
  readonly liveIndex?: Pick<LiveIndexState, 'name' | 'progress'> & { readonly since: string };
} {
  if (!index) return {};
  const { name, sinceMs, progress } = index.state();
  return { liveIndex: { name, since: new Date(sinceMs).toISOString(), ...(progress && { progress }) } };
}

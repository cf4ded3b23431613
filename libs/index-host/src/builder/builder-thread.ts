import { openChangeFeed, type FeedTarget } from '@finance/change-feed';
import { inOwnWords } from '@finance/domain';
import { createBaseBuilder } from '@finance/live-index';
import { parentPort, workerData } from 'node:worker_threads';
import type { BaseState, FromBuilder, ToBuilder } from '../messages.ts';
import { FollowingIndex } from '../replica/following-index.ts';
import { createMergeTest, type MergeBounds } from './merge-bounds.ts';

export interface BuilderStart {
  readonly target: FeedTarget;
  readonly bounds: MergeBounds;
  /** A base to go on from; absent to load the database. */
  readonly seed: BaseState | undefined;
}

/** More often nobody can read. */
const progressIntervalMs = 200;
/** The builder answers no viewer. */
const cachedBytesMax = 0;

const start = workerData as BuilderStart;

const tellHost = (message: FromBuilder): void => parentPort!.postMessage(message);

async function load(): Promise<BaseState> {
  const feed = openChangeFeed(start.target);
  const { signal } = new AbortController();
  try {
    await feed.check(signal);
    const builder = createBaseBuilder();
    let toldAtMs = 0;
    const { from, readyAt } = await feed.load(builder, {
      signal,
      onProgress: (rowsRead, rowsTotal) => {
        const nowMs = performance.now();
        if (nowMs - toldAtMs < progressIntervalMs) return;
        toldAtMs = nowMs;
        tellHost({ kind: 'progress', progress: { rowsRead, rowsTotal } });
      },
    });
    tellHost({ kind: 'loaded', from });
    return { base: builder.build(), number: 0, position: from, readyAt };
  } finally {
    await feed.close();
  }
}

/** Follows the journal over a base until so much has changed that a merged one is handed out. */
function follow(state: BaseState, { port }: ToBuilder): void {
  const isMergeDue = createMergeTest(start.bounds);
  const following: FollowingIndex = new FollowingIndex(state, port, {
    engine: start.target.engine,
    cachedBytesMax,
    onEntry: () => {
      if (!isMergeDue(following)) return false;
      const { number, position } = following;
      publish({ base: following.index.rebuildBase(), number, position, readyAt: position ?? state.readyAt });
      following.close();
      return false;
    },
    onInterrupted: () => undefined,
    onFailed: (error) => tellHost({ kind: 'failed', reason: `a change could not be applied: ${inOwnWords(error)}` }),
  });
}

/** The host answers with a port that brings what follows the base. */
function publish(state: BaseState): void {
  latest = state;
  tellHost({ kind: 'base', state });
}

let latest: BaseState | undefined = start.seed;
// Also keeps the thread alive.
parentPort!.on('message', (message: ToBuilder) => follow(latest!, message));
try {
  if (!latest) publish(await load());
} catch (error) {
  tellHost({ kind: 'failed', reason: inOwnWords(error) });
}

import type { Client } from '@connectrpc/connect';
import type { PermissionService } from '@finance/contract/permission-service';
import { setTimeout as sleep } from 'node:timers/promises';
import { reasonOf } from '../every-rpc.ts';

const pauseMs = 50;

/** A caller of WatchChanges who resumes after its last position, and begins anew where the history was lost. */
export interface FailoverWatch {
  readonly events: number;
  /** Times that its stream, or its token, ended with HISTORY_CHANGED. */
  readonly historiesLost: number;
  stop(): Promise<void>;
}

/** Begins to watch. */
export function startFailoverWatch(permission: Client<typeof PermissionService>): FailoverWatch {
  const leaving = new AbortController();
  let events = 0;
  let historiesLost = 0;
  const watch = async (): Promise<void> => {
    let afterToken = '';
    while (!leaving.signal.aborted) {
      try {
        for await (const message of permission.watchChanges({ afterToken }, { signal: leaving.signal })) {
          afterToken = message.position;
          if (message.change.case !== undefined) events += 1;
        }
      } catch (error) {
        if (reasonOf(error) === 'HISTORY_CHANGED') {
          historiesLost += 1;
          afterToken = '';
        }
        await sleep(pauseMs);
      }
    }
  };
  const watching = watch();
  return {
    get events() {
      return events;
    },
    get historiesLost() {
      return historiesLost;
    },
    stop: () => {
      leaving.abort();
      return watching;
    },
  };
}

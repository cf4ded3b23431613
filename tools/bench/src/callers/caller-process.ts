import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { CallerTask, CallLog, Load } from './load.ts';

/** Callers in a process of their own: what else a scenario does is not in their times. */
export interface CallerProcess {
  /** One load after the other. @throws Error when the process ends */
  run(load: Load): Promise<CallLog>;
  stop(): Promise<void>;
}

const script = fileURLToPath(new URL('caller-main.ts', import.meta.url));

export function startCallers(task: CallerTask): CallerProcess {
  const child = fork(script, { serialization: 'advanced' });
  const ended = once(child, 'exit');
  child.send({ task });
  return {
    run: async (load) => {
      const answer = once(child, 'message') as Promise<[CallLog]>;
      child.send({ load });
      const first = await Promise.race([answer, ended.then(() => undefined)]);
      if (!first) throw new Error('the process of the callers ended');
      return first[0];
    },
    stop: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

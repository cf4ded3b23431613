import { setTimeout as sleep } from 'node:timers/promises';
import type { IndexLog } from '../index-log.ts';
import type { IndexReplica } from '../live-index-host.ts';

/** A log line of a test's host. */
export interface LogLine {
  readonly level: keyof IndexLog;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** Threads need seconds to start on a busy machine. */
const patienceMs = 60_000;

/** Keeps what is logged in `lines`. */
export function logInto(lines: LogLine[]): IndexLog {
  const at =
    (level: keyof IndexLog) =>
    (fields: object, message: string): void =>
      void lines.push({ level, fields: { ...fields }, message });
  return { info: at('info'), warn: at('warn'), error: at('error') };
}

/** @throws Error that tells the state and its reason when it is not ready in time */
export async function untilReady(replica: IndexReplica): Promise<void> {
  await until(
    () => replica.state().name === 'ready',
    () => JSON.stringify(replica.state()),
  );
}

/** Waits until a condition holds. */
export async function until(isDone: () => boolean, describe: () => string = () => String(isDone)): Promise<void> {
  const deadlineMs = performance.now() + patienceMs;
  while (!isDone()) {
    if (performance.now() > deadlineMs) throw new Error(`not within ${patienceMs} ms: ${describe()}`);
    await sleep(5);
  }
}

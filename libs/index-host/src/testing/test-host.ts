import type { Database } from '@finance/schema';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { answerOfIndex, answerOfSql } from '../audit/answers.ts';
import { sampleQuestion } from '../audit/question.ts';
import { createRandom } from '../audit/random.ts';
import type { IndexLog } from '../host/options.ts';
import type { IndexReplica } from '../live-index-host.ts';

/** A log line of a test's host. */
export interface LogLine {
  readonly level: keyof IndexLog;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** Threads need seconds to start on a busy machine. */
const patienceMs = 60_000;
const comparedQuestions = 40;

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

/** Compares a replica with SQL on a database that nobody writes to. */
export async function expectSameAsSql(replica: IndexReplica, database: Database): Promise<void> {
  await database.snapshot(new AbortController().signal, async (session) => {
    for (let seed = 0; seed < comparedQuestions; seed += 1) {
      const question = (await sampleQuestion(session, createRandom(seed)))!;
      const answer = await answerOfSql(session, question);
      const view = await replica.at({ kind: 'latest' });
      expect(answerOfIndex(view!.index, question)).toEqual(answer);
    }
  });
}

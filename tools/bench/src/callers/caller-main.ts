import { setTimeout as sleep } from 'node:timers/promises';
import { late, type CallerTask, type CallLog, type Load } from './load.ts';
import { createQuestionClient, type QuestionClient } from './question-client.ts';

/** How often calls that are over are looked for. */
const sweepMs = 20;
/** How long after its deadline a call is taken back: how late the server is shows. */
const patienceMs = 1_000;

/** Runs one load; what comes after a call's deadline is no answer. */
async function run(client: QuestionClient, questions: number, { pace, seconds, deadlineMs }: Load): Promise<CallLog> {
  const dueMs: number[] = [];
  const tookMs: number[] = [];
  const outcome: number[] = [];
  const outcomes: string[] = [];
  // In the order of their beginning: the oldest come first.
  const open = new Map<number, { readonly since: number; readonly giveUp: () => void }>();
  const sweep = setInterval(() => {
    const nowMs = performance.now();
    for (const [call, { since, giveUp }] of open) {
      if (nowMs - since < deadlineMs + patienceMs) break;
      open.delete(call);
      giveUp();
    }
  }, sweepMs);
  let asked = 0;
  const ask = (due: number): Promise<void> =>
    new Promise((resolve) => {
      const call = asked++;
      const giveUp = client.ask(call % questions, deadlineMs, (ended) => {
        const isLate = !open.delete(call) || performance.now() - due > deadlineMs;
        dueMs.push(performance.timeOrigin + due);
        tookMs.push(performance.now() - due);
        outcome.push(placeOf(outcomes, isLate ? late : ended));
        resolve();
      });
      open.set(call, { since: due, giveUp });
    });

  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1_000;
  if (pace.kind === 'closed') {
    const caller = async (): Promise<void> => {
      while (performance.now() < endsAt) await ask(performance.now());
    };
    await Promise.all(Array.from({ length: pace.callers }, caller));
  } else {
    const running: Promise<void>[] = [];
    const calls = Math.round(pace.callsPerSecond * seconds);
    const dueAt = (call: number): number => startedAt + (call * 1_000) / pace.callsPerSecond;
    for (let call = 0; call < calls;) {
      for (; call < calls && dueAt(call) <= performance.now(); call += 1) running.push(ask(dueAt(call)));
      await sleep(1);
    }
    await Promise.all(running);
  }
  clearInterval(sweep);
  return {
    dueMs: Float64Array.from(dueMs),
    tookMs: Float64Array.from(tookMs),
    outcome: Uint8Array.from(outcome),
    outcomes,
  };
}

function placeOf(names: string[], name: string): number {
  const place = names.indexOf(name);
  return place >= 0 ? place : names.push(name) - 1;
}

let client: QuestionClient | undefined;
let questions = 0;
process.on('message', (message: { readonly task: CallerTask } | { readonly load: Load }) => {
  if ('task' in message) {
    client = createQuestionClient(message.task);
    questions = message.task.questions.length;
  } else void run(client!, questions, message.load).then((log) => process.send!(log));
});
process.on('disconnect', () => process.exit());

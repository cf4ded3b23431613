import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Answers } from './attacker-main.ts';
import type { AttackTarget } from './attacks.ts';

const script = fileURLToPath(new URL('attacker-main.ts', import.meta.url));

/** Attacks from a process of its own, so that the good client's times are not the attacker's. */
export function startAttacker(attack: string, target: AttackTarget): { stop(): Promise<Answers> } {
  const child = fork(script);
  const ended = once(child, 'exit');
  let answers: Answers = {};
  child.once('message', (message) => (answers = message as Answers));
  child.send({ attack, target });
  return {
    stop: async () => {
      if (child.connected) child.send('stop');
      await ended;
      return answers;
    },
  };
}

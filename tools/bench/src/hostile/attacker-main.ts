import { constants, setPriority } from 'node:os';
import { attacks, type AttackTarget } from './attacks.ts';

// On a machine of its own it would take nothing from the server.
setPriority(constants.priority.PRIORITY_LOW);

/** How often each answer came. */
export type Answers = Readonly<Record<string, number>>;

const answers: Record<string, number> = {};
const stop = new AbortController();
process.once('message', ({ attack, target }: { readonly attack: string; readonly target: AttackTarget }) => {
  process.once('message', () => stop.abort());
  const heard = (answer: string) => (answers[answer] = (answers[answer] ?? 0) + 1);
  void attacks[attack]!.run(target, stop.signal, heard).then(() => {
    if (!process.connected) process.exit();
    process.send!(answers satisfies Answers, () => process.exit());
  });
});
process.once('disconnect', () => stop.abort());

import { constants, setPriority } from 'node:os';
import { attacks, type AttackTarget } from './attacks.ts';

// On a machine of its own it would take nothing from the server.
setPriority(constants.priority.PRIORITY_LOW);

const stop = new AbortController();
process.once('message', ({ attack, target }: { readonly attack: string; readonly target: AttackTarget }) => {
  void attacks[attack]!(target, stop.signal).then(() => process.exit());
});
process.once('disconnect', () => stop.abort());

import { attacks, type AttackTarget } from './attacks.ts';

const stop = new AbortController();
process.once('message', ({ attack, target }: { readonly attack: string; readonly target: AttackTarget }) => {
  void attacks[attack]!(target, stop.signal).then(() => process.exit());
});
process.once('disconnect', () => stop.abort());

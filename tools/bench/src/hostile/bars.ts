import { attacks } from './attacks.ts';
import type { AttackResult } from './hostile.ts';

/** Beside a caller who only asks for too much: of the pages without, and of the greater p99 of the two others. */
const pagesShareMin = 1 / 2;
const p99RatioMax = 5;

/** What the good client lost beyond what it may lose to this attack. */
export function missedBars({
  attack,
  before,
  beside,
  during,
}: Pick<AttackResult, 'attack' | 'before' | 'beside' | 'during'>): string[] {
  const missed: string[] = [];
  if (attacks[attack]?.hasShare !== true) return missed;
  if (during.pages < before.pages * pagesShareMin) missed.push('less than half of the pages');
  if (during.p99Ms > Math.max(before.p99Ms, beside.p99Ms) * p99RatioMax) missed.push(`p99 over × ${p99RatioMax}`);
  return missed;
}

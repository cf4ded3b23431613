import type { RowChange } from '@finance/live-index';
import { describe, expect, it } from 'vitest';
import { entryChangesMax, Journal } from './journal.ts';

const changes = (count: number): RowChange[] =>
  Array.from({ length: count }, (_, i) => ({ table: 'funds', id: BigInt(i), row: null }));

describe('a journal', () => {
  it('gives a large batch in pieces, of which only the last has the position', () => {
    const journal = new Journal();
    journal.append(changes(2 * entryChangesMax + 1), 'p1');
    const pieces = [0, 1, 2].flatMap((number) => journal.after(number));
    expect(pieces.map((entry) => [entry.number, entry.changes.length, entry.position])).toEqual([
      [1, entryChangesMax, null],
      [2, entryChangesMax, null],
      [3, 1, 'p1'],
    ]);
  });

  it('gives small batches together', () => {
    const journal = new Journal();
    for (let i = 1; i <= 5; i += 1) journal.append(changes(200), `p${i}`);
    expect(journal.after(0).map((entry) => entry.number)).toEqual([1, 2]);
    expect(journal.after(2).map((entry) => entry.number)).toEqual([3, 4]);
    expect(journal.after(5)).toEqual([]);
  });

  it('keeps what an empty transaction says about the position', () => {
    const journal = new Journal();
    journal.append([], 'p1');
    expect(journal.after(0)).toEqual([{ number: 1, changes: [], position: 'p1' }]);
  });

  it('drops what a base includes and nothing more', () => {
    const journal = new Journal();
    for (let i = 1; i <= 5; i += 1) journal.append(changes(i), `p${i}`);
    journal.trim(3);
    journal.trim(2);
    expect(journal.changes).toBe(9);
    expect(journal.after(3).map((entry) => entry.position)).toEqual(['p4', 'p5']);
    expect(() => journal.after(2)).toThrow('dropped');
    journal.trim(5);
    expect(journal.changes).toBe(0);
    journal.append(changes(1), 'p6');
    expect(journal.after(5).map((entry) => entry.number)).toEqual([6]);
  });
});

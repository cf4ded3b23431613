import { expect, it } from 'vitest';
import { NoteNumbers } from './note-numbers.ts';

it('numbers of each process come once, in any order, and gaps are counted', () => {
  const numbers = new NoteNumbers();
  for (const note of ['a-1', 'a-3', 'b-1', 'a-2', 'a-6']) expect(numbers.add(note), note).toBe(true);
  for (const note of ['a-1', 'a-3', 'a-6', 'b-1']) expect(numbers.add(note), note).toBe(false);
  expect(numbers.gaps).toBe(2);
  for (const note of ['a-5', 'a-4']) expect(numbers.add(note), note).toBe(true);
  expect(numbers.gaps).toBe(0);
});

it('any number of gaps is counted, and filled, in any order', () => {
  const numbers = new NoteNumbers();
  const count = 300_000;
  const even = Array.from({ length: count }, (_, index) => 2 * (index + 1));
  for (const number of even) numbers.add(`a-${number}`);
  expect(numbers.gaps).toBe(count);
  expect(even.filter((number) => numbers.add(`a-${number}`))).toEqual([]);
  for (const number of [1, 299_999, 599_999]) expect([number, numbers.add(`a-${number}`)]).toEqual([number, true]);
  for (const number of [1, 299_999, 599_999]) expect([number, numbers.add(`a-${number}`)]).toEqual([number, false]);
  expect(numbers.gaps).toBe(count - 3);
});

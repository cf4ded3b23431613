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

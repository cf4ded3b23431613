import { expect, test } from 'vitest';
import { missedBars } from './bars.ts';

const figures = (pages: number, p99Ms: number) => ({ calls: 100, errors: 0, p50Ms: 1, p99Ms, pages });
const missed = (attack: string, pages: number, p99Ms: number) =>
  missedBars({ attack, before: figures(100, 10), beside: figures(90, 12), during: figures(pages, p99Ms) });

test('a greedy caller leaves others half of their pages and five times their p99; no attack else has a bar on times', () => {
  expect(missed('one greedy caller', 50, 60)).toEqual([]);
  expect(missed('one greedy caller', 49, 60)).toEqual(['less than half of the pages']);
  expect(missed('one greedy caller', 50, 61)).toEqual(['p99 over × 5']);
  expect(missed('one greedy caller', 0, Infinity)).toHaveLength(2);
  expect(missed('slowloris', 0, Infinity)).toEqual([]);
});

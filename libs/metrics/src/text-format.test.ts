import { expect, it } from 'vitest';
import { createDurations } from './durations.ts';
import { byLabel, counter, gauge } from './metric.ts';
import { readMetrics } from './reading.ts';
import { textFormat } from './text-format.ts';

it('is the format that Prometheus reads: escaped labels, cumulative buckets, a series for each combination', () => {
  const durations = createDurations('finance_work_seconds', 'How long.', ['kind', 'code'], [0.1, 2]);
  durations.record(['a', 'OK'], 0.1);
  durations.record(['a', 'OK'], 0.5);
  durations.record(['a', 'OK'], 30);
  durations.record(['say "a\\b"\n', ''], 0);
  const metrics = [
    gauge('finance_now', 'Of now\nand here.', () => 1.5),
    gauge('finance_absent', 'Nothing to say.', () => []),
    counter('finance_all_total', 'So far.', () => byLabel('kind', { a: 1, b: 2 })),
    durations.metric,
  ];
  const text = textFormat(readMetrics(metrics));
  expect(text.split('\n')).toEqual([
    '# HELP finance_now Of now\\nand here.',
    '# TYPE finance_now gauge',
    'finance_now 1.5',
    '# HELP finance_absent Nothing to say.',
    '# TYPE finance_absent gauge',
    '# HELP finance_all_total So far.',
    '# TYPE finance_all_total counter',
    'finance_all_total{kind="a"} 1',
    'finance_all_total{kind="b"} 2',
    '# HELP finance_work_seconds How long.',
    '# TYPE finance_work_seconds histogram',
    'finance_work_seconds_bucket{kind="a",code="OK",le="0.1"} 1',
    'finance_work_seconds_bucket{kind="a",code="OK",le="2"} 2',
    'finance_work_seconds_bucket{kind="a",code="OK",le="+Inf"} 3',
    'finance_work_seconds_sum{kind="a",code="OK"} 30.6',
    'finance_work_seconds_count{kind="a",code="OK"} 3',
    'finance_work_seconds_bucket{kind="say \\"a\\\\b\\"\\n",code="",le="0.1"} 1',
    'finance_work_seconds_bucket{kind="say \\"a\\\\b\\"\\n",code="",le="2"} 1',
    'finance_work_seconds_bucket{kind="say \\"a\\\\b\\"\\n",code="",le="+Inf"} 1',
    'finance_work_seconds_sum{kind="say \\"a\\\\b\\"\\n",code=""} 0',
    'finance_work_seconds_count{kind="say \\"a\\\\b\\"\\n",code=""} 1',
    '',
  ]);
});

it('readings of several threads stand together under one head, told apart by the label that each added', () => {
  const metrics = [gauge('finance_a', 'A.', () => byLabel('kind', { x: 1 })), gauge('finance_b', 'B.', () => 2)];
  const text = textFormat(['0', '1'].flatMap((thread) => readMetrics(metrics, { thread })));
  expect(text.split('\n')).toEqual([
    '# HELP finance_a A.',
    '# TYPE finance_a gauge',
    'finance_a{kind="x",thread="0"} 1',
    'finance_a{kind="x",thread="1"} 1',
    '# HELP finance_b B.',
    '# TYPE finance_b gauge',
    'finance_b{thread="0"} 2',
    'finance_b{thread="1"} 2',
    '',
  ]);
});

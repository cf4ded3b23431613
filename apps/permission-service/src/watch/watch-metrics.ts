import { counter, gauge, type Metric } from '@finance/metrics';
import type { ChangeWatch } from './change-watch.ts';

/** Who watches the changes. */
export const watchMetrics = (watch: ChangeWatch): readonly Metric[] => [
  gauge('finance_watchers', 'Callers that watch changes.', () => watch.stats().watchers),
  gauge(
    'finance_watchers_catching_up',
    'Of these, those that follow the database by themselves.',
    () => watch.stats().catchUps,
  ),
  counter(
    'finance_watchers_dropped_total',
    'Watchers dropped because they took events too slowly.',
    () => watch.stats().dropped,
  ),
];

import type { DescMethod, DescMessage, MessageInitShape } from '@bufbuild/protobuf';
import { counter, createDurations, gauge, type Metric } from '@finance/metrics';
import { enumWord } from '../enum-word.ts';

/** Counts what becomes of calls. */
export interface RpcMetrics {
  readonly metrics: readonly Metric[];
  begun(): void;
  /** @param strategy as {@link strategyOf} says; '' for none */
  ended(rpc: string, code: string, strategy: string, seconds: number): void;
  /** Never reached a handler. @param reason of the error, '' where there was none */
  refused(reason: string): void;
  /** Ended because refusing the calls that they brought took too long. */
  connectionsShed(connections: number): void;
}

/** 2 s is what the alert asks about; 30 s is the longest that a call may take by default. */
const boundsSeconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30];

export function createRpcMetrics(): RpcMetrics {
  const durations = createDurations(
    'finance_rpc_duration_seconds',
    'Calls that reached their handler, by RPC, status code and, for pages, the strategy used.',
    ['rpc', 'code', 'strategy'],
    boundsSeconds,
  );
  const refusals = new Map<string, number>();
  let running = 0;
  let shed = 0;
  return {
    metrics: [
      durations.metric,
      gauge('finance_rpc_running', 'Calls, streams included, that run now.', () => running),
      counter('finance_rpc_refused_total', 'Calls refused before their handler, by reason.', () =>
        [...refusals].map(([reason, value]) => ({ labels: { reason }, value })),
      ),
      counter(
        'finance_connections_shed_total',
        'Connections ended under more calls than can be refused in time.',
        () => shed,
      ),
    ],
    begun: () => void (running += 1),
    ended: (rpc, code, strategy, seconds) => {
      running -= 1;
      durations.record([rpc, code, strategy], seconds);
    },
    refused: (reason) => void refusals.set(reason, (refusals.get(reason) ?? 0) + 1),
    connectionsShed: (connections) => void (shed += connections),
  };
}

/** What an answer of a method says about its strategy, as the label has it: by the field strategy_used. */
export function strategyOf(method: DescMethod, answer: MessageInitShape<DescMessage>): string {
  const field = method.output.field['strategyUsed'];
  if (field === undefined) return '';
  return enumWord(field, (answer as Readonly<Record<string, unknown>>)['strategyUsed']);
}

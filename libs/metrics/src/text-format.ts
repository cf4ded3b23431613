import type { Distribution, Labels } from './metric.ts';
import type { MetricReading } from './reading.ts';

/**
 * Metrics in Prometheus's text format, version 0.0.4; readings of one name, from several threads, stand together. A
 * histogram's buckets are made cumulative.
 */
export function textFormat(readings: readonly MetricReading[]): string {
  return [...Map.groupBy(readings, ({ name }) => name).values()]
    .map((same) => `${[...headOf(same[0]!), ...same.flatMap(linesOf)].join('\n')}\n`)
    .join('');
}

const headOf = ({ name, help, type }: MetricReading): string[] => [
  `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`,
  `# TYPE ${name} ${type}`,
];

function linesOf(reading: MetricReading): string[] {
  const { name } = reading;
  if (reading.type === 'histogram') return reading.values.flatMap((each) => distributionLines(name, each));
  return reading.values.map(({ labels, value }) => `${name}${labelText(labels)} ${value}`);
}

function distributionLines(name: string, { labels, bounds, counts, sum }: Distribution): string[] {
  let total = 0;
  const buckets = [...bounds.map(String), '+Inf'].map((le, i) => {
    total += counts[i] ?? 0;
    return `${name}_bucket${labelText({ ...labels, le })} ${total}`;
  });
  return [...buckets, `${name}_sum${labelText(labels)} ${sum}`, `${name}_count${labelText(labels)} ${total}`];
}

function labelText(labels: Labels): string {
  const parts = Object.entries(labels).map(([label, value]) => `${label}="${escaped(value)}"`);
  return parts.length === 0 ? '' : `{${parts.join(',')}}`;
}

const escaped = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

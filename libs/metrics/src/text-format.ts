import type { Distribution, Labels, Metric } from './metric.ts';

/** Metrics in Prometheus's text format, version 0.0.4. A histogram's buckets are made cumulative. */
export function textFormat(metrics: readonly Metric[]): string {
  return metrics.map((metric) => `${[...headOf(metric), ...linesOf(metric)].join('\n')}\n`).join('');
}

const headOf = ({ name, help, type }: Metric): string[] => [
  `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`,
  `# TYPE ${name} ${type}`,
];

function linesOf(metric: Metric): string[] {
  if (metric.type === 'histogram') return metric.read().flatMap((each) => distributionLines(metric.name, each));
  return metric.read().map(({ labels, value }) => `${metric.name}${labelText(labels)} ${value}`);
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

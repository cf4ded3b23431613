/** Label values by label name. Few and known beforehand: never ids of users, funds or requests. */
export type Labels = Readonly<Record<string, string>>;

/** A value under labels. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** Observations counted by upper bound. */
export interface Distribution {
  readonly labels: Labels;
  /** Ascending. */
  readonly bounds: readonly number[];
  /** By bound, not cumulative; the last one is of everything above. */
  readonly counts: readonly number[];
  readonly sum: number;
}

/**
 * Something that is measured, read when somebody looks. Names follow Prometheus: `finance_` first, base units,
 * `_total` for counters; whoever measures keeps plain numbers and needs no library.
 */
export type Metric =
  | {
      readonly type: 'gauge' | 'counter';
      readonly name: string;
      /** One sentence. */
      readonly help: string;
      read(): readonly Sample[];
    }
  | {
      readonly type: 'histogram';
      readonly name: string;
      readonly help: string;
      read(): readonly Distribution[];
    };

type Reading = number | readonly Sample[];

const samplesOf = (reading: Reading): readonly Sample[] =>
  typeof reading === 'number' ? [{ labels: {}, value: reading }] : reading;

/** What goes up and down; an empty reading is no sample. */
export const gauge = (name: string, help: string, read: () => Reading): Metric => ({
  type: 'gauge',
  name,
  help,
  read: () => samplesOf(read()),
});

/** What only grows while the process lives; its name ends with `_total`. */
export const counter = (name: string, help: string, read: () => Reading): Metric => ({
  type: 'counter',
  name,
  help,
  read: () => samplesOf(read()),
});

/** One sample for each entry of a record, under one label. */
export const byLabel = (label: string, values: Readonly<Record<string, number>>): Sample[] =>
  Object.entries(values).map(([key, value]) => ({ labels: { [label]: key }, value }));

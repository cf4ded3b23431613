/** A figure of a sample; null when it cannot be had, and `note` then says why. */
export interface Figure {
  readonly name: string;
  readonly value: number | string | null;
  /** Of the value: `1/s`, `ms`, `bytes`, `%`; empty for a count or a word. */
  readonly unit: string;
  readonly note?: string;
}

/** What a sample says about one thing. */
export interface FigureGroup {
  readonly title: string;
  readonly figures: readonly Figure[];
}

/** Something that is looked at again and again. */
export interface Source {
  /** Never throws: what fails becomes figures without values. */
  sample(): Promise<FigureGroup>;
  close(): Promise<void>;
}

/** Figures that cannot be had, all for the same reason. */
export const unavailable = (names: readonly (readonly [name: string, unit: string])[], note: string): Figure[] =>
  names.map(([name, unit]) => ({ name, value: null, unit, note }));

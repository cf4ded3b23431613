const microsPerSecond = 1_000_000;
export const microsPerDay = 86_400 * microsPerSecond;

/** All generated instants lie in these three years, whenever the data are made: [from, to), microseconds since 1970 UTC. */
export const timeSpan = {
  fromMicros: Date.UTC(2023, 0, 1) * 1000,
  toMicros: Date.UTC(2026, 0, 1) * 1000,
} as const;

/** The instant at a fraction of the three years; fractions outside [0, 1) are taken to the nearest end. */
export function instantAt(fraction: number): number {
  const { fromMicros, toMicros } = timeSpan;
  const micros = fromMicros + Math.floor((toMicros - fromMicros) * fraction);
  return Math.min(Math.max(micros, fromMicros), toMicros - 1);
}

/** An instant at most `daysMax` after another and inside the three years; `draw` in [0, 1). */
export function instantAfter(micros: number, daysMax: number, draw: number): number {
  return micros + Math.floor(Math.min(daysMax * microsPerDay, timeSpan.toMicros - 1 - micros) * draw);
}

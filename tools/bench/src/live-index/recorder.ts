import type { BenchRun } from '../cli/bench-run.ts';
import { latencyOf } from '../latency.ts';
import type { DatabaseFacts, Latency } from '../result-types.ts';
import { figureText } from './live-index-text.ts';
import type { LiveIndexBar, LiveIndexTimes } from './live-index-results.ts';

/** Keeps what was measured, as it comes; a bar that does not hold is a problem. */
export class Recorder {
  private readonly bars: LiveIndexBar[] = [];
  private readonly times: LiveIndexTimes[] = [];
  private readonly run: BenchRun<'live-index'>;
  private readonly facts: DatabaseFacts;

  constructor(run: BenchRun<'live-index'>, facts: DatabaseFacts) {
    this.run = run;
    this.facts = facts;
  }

  bar(bar: Omit<LiveIndexBar, 'holds'>): void {
    const { bar: limit, figure, name } = bar;
    const holds = !limit || (limit.kind === 'at most' ? figure <= limit.value : figure >= limit.value);
    this.bars.push({ ...bar, holds });
    this.run.update({ bars: this.bars, times: this.times }, this.facts);
    if (holds) this.run.say(`${name}: ${figureText(bar)}`);
    else
      this.run.problem(
        `${name}: ${figureText(bar)}, the bar is ${figureText({ figure: limit!.value, unit: bar.unit })}`,
      );
  }

  /** Calls one after the other, timed; their summary is kept under the name. */
  async timed(name: string, calls: number, call: (i: number) => Promise<unknown>): Promise<Latency> {
    const times: number[] = [];
    for (let i = 0; i < calls; i += 1) {
      this.run.signal.throwIfAborted();
      const startedAt = performance.now();
      await call(i);
      times.push(performance.now() - startedAt);
    }
    return this.keep(name, latencyOf(times));
  }

  keep(name: string, latency: Latency): Latency {
    this.times.push({ name, latency });
    this.run.update({ bars: this.bars, times: this.times }, this.facts);
    return latency;
  }
}

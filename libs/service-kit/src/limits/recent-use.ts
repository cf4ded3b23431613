/** How far back use counts: e times less for each. */
const memoryMs = 1_000;

/** How much of something was used lately, for each millisecond; what is longer ago counts less. */
export class RecentUse {
  #rate = 0;
  #atMs = 0;

  add(ms: number, nowMs: number): void {
    this.#rate = this.at(nowMs) + ms / memoryMs;
    this.#atMs = nowMs;
  }

  at(nowMs: number): number {
    return this.#rate * Math.exp((this.#atMs - nowMs) / memoryMs);
  }
}

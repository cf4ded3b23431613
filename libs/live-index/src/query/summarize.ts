import {
  fundStatuses,
  splitInstant,
  type Fund,
  type FundSum,
  type FundSummary,
  type FundSummaryGroup,
} from '@finance/domain';
import type { IndexBase } from '../base/index-base.ts';
import type { Org } from '../org/org.ts';
import type { People } from '../org/people.ts';
import type { FundSet } from '../sets/fund-set.ts';

const secondsPerDay = 86_400;
/** Half of what a double holds exactly: any amount fits on top. */
const partMax = 2 ** 52;

/** Adds cents exactly by group: in doubles while they are exact, then in whole numbers of any size. */
class Sums {
  private readonly counts: number[] = [];
  private readonly parts: number[] = [];
  private readonly wholes: bigint[] = [];

  add(group: number, amountCents: number): void {
    for (let place = this.counts.length; place <= group; place += 1) {
      this.counts.push(0);
      this.parts.push(0);
      this.wholes.push(0n);
    }
    this.counts[group]! += 1;
    const part = this.parts[group]! + amountCents;
    this.parts[group] = part;
    if (part > partMax || part < -partMax) this.carry(group);
  }

  /** By group number; only those that something was added to. */
  take(): [group: number, sum: FundSum][] {
    const found: [number, FundSum][] = [];
    this.counts.forEach((count, group) => {
      this.carry(group);
      if (count > 0) found.push([group, { fundCount: BigInt(count), amountCents: this.wholes[group]! }]);
    });
    return found;
  }

  private carry(group: number): void {
    this.wholes[group]! += BigInt(this.parts[group]!);
    this.parts[group] = 0;
  }
}

/** Counts and adds up the members of a set. */
export function summarize(
  base: IndexBase,
  set: FundSet,
  groupBy: FundSummaryGroup,
  people: People,
  org: Org,
): FundSummary {
  const grouping = groupings[groupBy](base, people, org);
  const sums = new Sums();
  const ordinals = set.baseOrdinals.members();
  for (let at = 0; at < ordinals.length; at += 1) {
    sums.add(grouping.ofBase(ordinals[at]!), base.amountCents[ordinals[at]!]!);
  }
  for (const { fund } of set.changedFunds) sums.add(grouping.of(fund), Number(fund.amountCents));

  const byGroup = sums.take();
  const totals = { fundCount: 0n, amountCents: 0n };
  for (const [, sum] of byGroup) {
    totals.fundCount += sum.fundCount;
    totals.amountCents += sum.amountCents;
  }
  if (groupBy === 'none') return { groups: [], totals };
  const encoder = new TextEncoder();
  const groups = byGroup
    .map(([group, sum]) => ({ key: grouping.keys[group]!, sum }))
    .map(({ key, sum }) => ({ key, bytes: encoder.encode(key), sum }))
    .sort((a, b) => compareBytes(a.bytes, b.bytes))
    .map(({ key, sum }) => ({ key, ...sum }));
  return { groups, totals };
}

/** Numbers the groups of funds. */
interface Grouping {
  /** By group number; complete once all funds have been asked for. */
  readonly keys: readonly string[];
  ofBase(ordinal: number): number;
  of(fund: Fund): number;
}

const groupings: Record<FundSummaryGroup, (base: IndexBase, people: People, org: Org) => Grouping> = {
  none: () => ({ keys: [''], ofBase: () => 0, of: () => 0 }),
  status: (base) => ({
    keys: fundStatuses,
    ofBase: (ordinal) => base.statuses[ordinal]!,
    of: (fund) => fundStatuses.indexOf(fund.status),
  }),
  handler_department: (base, people, org) => {
    const keys = new KeyNumbers();
    const departments = Uint32Array.from({ length: people.count }, (_, person) =>
      keys.numberOf(org.department(person) ?? ''),
    );
    return {
      keys: keys.keys,
      ofBase: (ordinal) => departments[base.handlers[ordinal]!]!,
      of: (fund) => departments[people.ordinalOf(fund.handlerUserId)]!,
    };
  },
  month: (base) => {
    const keys = new KeyNumbers();
    const months = new Map<number, number>();
    let lastDay = Number.NaN;
    let lastMonth = 0;
    const monthOf = (instant: number): number => {
      const day = dayOf(instant);
      if (day === lastDay) return lastMonth;
      let month = months.get(day);
      if (month === undefined) {
        month = keys.numberOf(new Date(day * secondsPerDay * 1_000).toISOString().slice(0, 7));
        months.set(day, month);
      }
      lastDay = day;
      lastMonth = month;
      return month;
    };
    return {
      keys: keys.keys,
      ofBase: (ordinal) => monthOf(base.createdAtMicros[ordinal]!),
      of: (fund) => monthOf(fund.createdAtMicros),
    };
  },
};

/** Days since 1970. */
const dayOf = (instant: number): number =>
  Number.isSafeInteger(instant)
    ? Math.floor(instant / (secondsPerDay * 1_000_000))
    : Math.floor(splitInstant(instant).seconds / secondsPerDay);

class KeyNumbers {
  readonly keys: string[] = [];
  private readonly numbers = new Map<string, number>();

  numberOf(key: string): number {
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    this.numbers.set(key, this.keys.length);
    this.keys.push(key);
    return this.keys.length - 1;
  }
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at += 1) if (a[at] !== b[at]) return a[at]! - b[at]!;
  return a.length - b.length;
}

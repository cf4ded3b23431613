import { fundStatuses, type Fund } from '@finance/domain';
import type { IndexBase } from '../base/index-base.ts';
import type { IndexSum, IndexSummary, IndexSummaryGroup } from '../live-index.ts';
import type { Org } from '../org/org.ts';
import type { People } from '../org/people.ts';
import type { FundSet } from '../sets/fund-set.ts';

const microsPerDay = 86_400_000_000;
/** Half of what a double holds exactly: any amount fits on top. */
const partMax = 2 ** 52;

/** Adds cents exactly: in doubles while they are exact, then in whole numbers of any size. */
class Sum {
  private count = 0;
  private part = 0;
  private whole = 0n;

  add(amountCents: number): void {
    this.count += 1;
    this.part += amountCents;
    if (this.part > partMax || this.part < -partMax) this.carry();
  }

  take(): IndexSum {
    this.carry();
    return { fundCount: BigInt(this.count), amountCents: this.whole };
  }

  private carry(): void {
    this.whole += BigInt(this.part);
    this.part = 0;
  }
}

/** Counts and adds up the members of a set. */
export function summarize(
  base: IndexBase,
  set: FundSet,
  groupBy: IndexSummaryGroup,
  people: People,
  org: Org,
): IndexSummary {
  const sums = new Map<string, Sum>();
  const totals = new Sum();
  const keys = keysOf(groupBy, base, people, org);
  const add = (key: string, amountCents: number): void => {
    totals.add(amountCents);
    if (groupBy === 'none') return;
    const sum = sums.get(key) ?? new Sum();
    sums.set(key, sum);
    sum.add(amountCents);
  };
  set.baseOrdinals.forEach((ordinal) => add(keys.ofBase(ordinal), base.amountCents[ordinal]!));
  for (const { fund } of set.changedFunds) add(keys.of(fund), Number(fund.amountCents));

  const encoder = new TextEncoder();
  const groups = Array.from(sums, ([key, sum]) => ({ key, bytes: encoder.encode(key), sum: sum.take() }))
    .sort((a, b) => compareBytes(a.bytes, b.bytes))
    .map(({ key, sum }) => ({ key, ...sum }));
  return { groups, totals: totals.take() };
}

interface Keys {
  ofBase(ordinal: number): string;
  of(fund: Fund): string;
}

function keysOf(groupBy: IndexSummaryGroup, base: IndexBase, people: People, org: Org): Keys {
  switch (groupBy) {
    case 'none':
      return { ofBase: () => '', of: () => '' };
    case 'status':
      return { ofBase: (ordinal) => fundStatuses[base.statuses[ordinal]!]!, of: (fund) => fund.status };
    case 'handler_department': {
      const departments: (string | undefined)[] = [];
      const departmentOf = (person: number): string => (departments[person] ??= org.department(person) ?? '');
      return {
        ofBase: (ordinal) => departmentOf(base.handlers[ordinal]!),
        of: (fund) => departmentOf(people.ordinalOf(fund.handlerUserId)),
      };
    }
    case 'month': {
      const months = new Map<number, string>();
      const monthOf = (micros: number): string => {
        const day = Math.floor(micros / microsPerDay);
        const known = months.get(day);
        if (known !== undefined) return known;
        const month = new Date(day * (microsPerDay / 1_000)).toISOString().slice(0, 7);
        months.set(day, month);
        return month;
      };
      return {
        ofBase: (ordinal) => monthOf(base.createdAtMicros[ordinal]!),
        of: (fund) => monthOf(fund.createdAtMicros),
      };
    }
  }
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at += 1) if (a[at] !== b[at]) return a[at]! - b[at]!;
  return a.length - b.length;
}

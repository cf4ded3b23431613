import type { FundOrder } from '@finance/domain';
import type { Survey } from './survey.ts';
import type { UnitCosts } from './unit-costs.ts';
import { isWalk, type Way } from './way.ts';

/** What a way is expected to take. */
export interface WayCost {
  readonly way: Way;
  readonly micros: number;
  /** Of `micros`, what is spent before the first row; the rest grows with the rows walked. */
  readonly setUpMicros: number;
  /** Rows of the sort's index that are walked; 0 for ways that read none of it. */
  readonly rowsWalked: number;
}

/** The question, as far as it decides about cost. */
export interface CostQuestion {
  readonly survey: Survey;
  readonly order: FundOrder;
  /** Visible funds to find, those to skip included. */
  readonly rowsWanted: number;
  readonly isLimited: boolean;
  /** Whether the filter narrows anything but the sort's own range. */
  readonly isFiltered: boolean;
}

/** The bases overlap: people of one fund are often of one team. Measured 0.55 to 0.99 of the sum. */
const distinctShare = 0.7;
/** With 20 funds to find, one walk in 20 needs this many times the expected rows. */
const walkMargin = 1.4;
/** Sorted by handler, the funds that a team handles lie together, and the others are this much rarer. */
const handlerMargin = 4;

/** The ways that can answer, the cheapest first. */
export function rankWays(question: CostQuestion, unit: UnitCosts): WayCost[] {
  const { isFiltered, isLimited, order, rowsWanted, survey } = question;
  const { fundCount, matchShare, peopleCount, probe, recordCounts } = survey;
  const gathered = recordCounts.reduce((sum, count) => sum + count, 0);
  const visible = isLimited ? Math.min(fundCount, gathered * distinctShare) : fundCount;
  const margin = walkMargin * (isLimited && order.column === 'handler_user_id' ? handlerMargin : 1);
  const rowsFor = (share: number): number => Math.min(fundCount, (rowsWanted * margin) / Math.max(share, 1 / fundCount));
  const rows = rowsFor((visible / Math.max(1, fundCount)) * matchShare);

  const walkCost = (way: Way, setUpMicros: number, perRow: number): WayCost => ({
    way,
    // Rows that fail the filter are read, but not tested for visibility.
    micros: setUpMicros + rows * (unit.fundRow + matchShare * perRow),
    setUpMicros,
    rowsWalked: rows,
  });
  const flatCost = (way: Way, micros: number): WayCost => ({ way, micros, setUpMicros: 0, rowsWalked: 0 });

  const costs: WayCost[] = [walkCost('walk-keys', 0, isLimited ? unit.testByKeys : 0)];
  if (probe) costs.push(flatCost('probe', probe.count * (unit.fundRow + (isLimited ? unit.testByKeys : 0))));
  if (!isLimited) costs.push(flatCost('scan', fundCount * unit.scannedRow));
  else {
    const ids = gathered * unit.gatheredId;
    costs.push(
      walkCost('walk-people', peopleCount * unit.personInSets, unit.testByPeople),
      walkCost('walk-records', gathered * unit.recordInSet, unit.testByRecords),
      flatCost('gather', ids + visible * unit.rankedFund),
    );
    if (!isFiltered) {
      costs.push({ way: 'sift', micros: ids + rows * unit.siftedRow, setUpMicros: ids, rowsWalked: rows });
    }
  }
  return costs.sort((a, b) => a.micros - b.micros);
}

/** The rows of index a walk may read before the best other way would have been the better choice. */
export function rowsWorth(walk: WayCost, other: WayCost): number {
  const perRow = (walk.micros - walk.setUpMicros) / Math.max(1, walk.rowsWalked);
  return Math.max(0, (other.micros - walk.setUpMicros) / Math.max(perRow, Number.MIN_VALUE));
}

/** The cheapest way that does not depend on where visible funds lie. */
export const steadyWay = (ranked: readonly WayCost[]): WayCost =>
  ranked.find(({ way }) => !isWalk(way) && way !== 'sift')!;

import type { Survey } from './survey.ts';
import type { UnitCosts } from './unit-costs.ts';
import { isWalkWay, type Way } from './way.ts';

/** What a way is expected to take. */
export interface WayCost {
  readonly way: Way;
  readonly micros: number;
  /** Of `micros`, what is spent before the first row; the rest grows with the rows walked. */
  readonly setUpMicros: number;
  /** Rows of the sort's index that are walked; 0 for ways that read none of it. */
  readonly rowsWalked: number;
  /** Rows of the sort's index that nearly always are enough. */
  readonly stretchRows: number;
}

/** The question, as far as it decides about cost. */
export interface CostQuestion {
  readonly survey: Survey;
  /** Visible funds to find, those to skip included. */
  readonly rowsWanted: number;
  readonly isLimited: boolean;
  /** Whether the filter narrows anything but the sort's own range, so that a walk has to read the funds. */
  readonly isFiltered: boolean;
  /** Whether gathered funds are sorted without being read. */
  readonly isSortedByKeys: boolean;
}

/** The bases overlap: people of one fund are often of one team. Measured 0.55 to 0.99 of the sum. */
const distinctShare = 0.7;
/** With 20 funds to find, one walk in 20 needs this many times the expected rows. */
const walkMargin = 1.4;
/** Sorted by handler, what a team handles lies together; up to the first of it, funds are up to so much rarer. */
const handlerMargin = 8;
/** Finding the end of a stretch costs a part of walking it, so that stretches are not much longer than need be. */
const stretchMargin = 2;

/** The ways that can answer, the cheapest first. */
export function rankWays(question: CostQuestion, unit: UnitCosts): WayCost[] {
  const { isFiltered, isLimited, isSortedByKeys, rowsWanted, survey } = question;
  const { fundCount, handlers, matchShare, peopleCount, probe, recordCounts } = survey;
  const gathered = recordCounts.reduce((sum, count) => sum + count, 0);
  const visible = isLimited ? Math.min(fundCount, gathered * distinctShare) : fundCount;
  const found = (visible / fundCount) * matchShare;
  const evenRows = (rowsWanted * walkMargin) / Math.max(found, 1 / fundCount);
  const rows = Math.min(
    fundCount,
    handlers ? evenRows + Math.min(handlers.rowsBefore, evenRows * handlerMargin) : evenRows,
  );

  // Ids of handlers tell where a stretch ends.
  const rowMicros = unit.indexRow + (handlers ? 0 : stretchMargin * unit.passedRow) + (isFiltered ? unit.fundRow : 0);
  const walkCost = (way: Way, setUpMicros: number, perTest: number): WayCost => ({
    way,
    // Rows that fail the filter are read, but not tested for visibility.
    micros: setUpMicros + rows * (rowMicros + matchShare * perTest),
    setUpMicros,
    rowsWalked: rows,
    stretchRows: handlers ? rows : rows * stretchMargin,
  });
  const flatCost = (way: Way, micros: number): WayCost => ({
    way,
    micros,
    setUpMicros: 0,
    rowsWalked: 0,
    stretchRows: 0,
  });

  const costs: WayCost[] = [walkCost('walk-keys', 0, isLimited ? unit.testByKeys : 0)];
  if (probe) costs.push(flatCost('probe', probe.count * (unit.fundRow + (isLimited ? unit.testByKeys : 0))));
  if (!isLimited) {
    costs.push(flatCost('scan', fundCount * unit.scannedRow));
  } else {
    costs.push(
      walkCost('walk-people', peopleCount * unit.personInSets, unit.testByPeople),
      walkCost('walk-records', gathered * unit.recordInSet, unit.testByRecords),
      flatCost('gather', gathered * unit.gatheredId + (isSortedByKeys ? 0 : visible * unit.rankedFund)),
    );
  }
  return costs.sort((a, b) => a.micros - b.micros);
}

/** What a way spends on so many rows of the sort's index. */
export const microsFor = (cost: WayCost, rows: number): number => cost.setUpMicros + rows * microsPerRow(cost);

/** The rows of the sort's index that a way reads in a time. */
export const rowsWithin = (cost: WayCost, micros: number): number =>
  Math.floor((micros - cost.setUpMicros) / microsPerRow(cost));

const microsPerRow = ({ micros, setUpMicros, rowsWalked }: WayCost): number => (micros - setUpMicros) / rowsWalked;

/** The cheapest way whose time does not depend on where in the order visible funds lie. */
export const steadyWay = (ranked: readonly WayCost[]): WayCost => ranked.find(({ way }) => !isWalkWay(way))!;

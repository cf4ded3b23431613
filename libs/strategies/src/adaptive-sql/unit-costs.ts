import type { Dialect } from '@finance/schema';

/** Microseconds of each step, for one row. Only their ratios matter; docs/adr/0008 tells how they were measured. */
export interface UnitCosts {
  /** A row of a sort's index and the fund behind it. */
  readonly fundRow: number;
  /** Visibility by primary keys: order, customer and three people. */
  readonly testByKeys: number;
  /** Visibility by primary keys of order and customer, and a set of people. */
  readonly testByPeople: number;
  /** Visibility by three sets. */
  readonly testByRecords: number;
  /** Putting a person into three sets. */
  readonly personInSets: number;
  /** Putting a record into a set. */
  readonly recordInSet: number;
  /** Finding an id by a basis and putting it into a set. */
  readonly gatheredId: number;
  /** Reading a gathered fund and keeping it if it is among the first. */
  readonly rankedFund: number;
  /** An entry of a sort's index, looked up in the set of ids. */
  readonly siftedRow: number;
  /** A fund of a scan of all of them. */
  readonly scannedRow: number;
  /** An order or customer read by its key during a scan. */
  readonly keyRead: number;
}

const mysql: UnitCosts = {
  fundRow: 1.9,
  testByKeys: 9,
  testByPeople: 6.3,
  testByRecords: 0.9,
  personInSets: 1,
  recordInSet: 0.35,
  gatheredId: 1.9,
  rankedFund: 3.5,
  siftedRow: 0.5,
  scannedRow: 0.4,
  keyRead: 2.7,
};

const sqlite: UnitCosts = {
  fundRow: 0.9,
  testByKeys: 5,
  testByPeople: 4,
  testByRecords: 0.7,
  personInSets: 0.8,
  recordInSet: 0.27,
  gatheredId: 0.9,
  rankedFund: 1.8,
  siftedRow: 0.05,
  scannedRow: 0.15,
  keyRead: 1.5,
};

export const unitCosts: Readonly<Record<Dialect['name'], UnitCosts>> = { mysql, sqlite };

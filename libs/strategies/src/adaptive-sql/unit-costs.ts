import type { Dialect } from '@finance/schema';

/** Microseconds of each step, for one row. Only their ratios matter; docs/adr/0008 tells how they were measured. */
export interface UnitCosts {
  /** A row of a sort's index. */
  readonly indexRow: number;
  /** A row of a sort's index that is passed over to find where a stretch ends. */
  readonly passedRow: number;
  /** The fund behind a row of an index. */
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
  /** Finding an id by a basis and making it distinct. */
  readonly gatheredId: number;
  /** Reading a gathered fund and keeping it if it is among the first. */
  readonly rankedFund: number;
  /** A fund of a scan of all of them. */
  readonly scannedRow: number;
  /** An order or customer read by its key during a scan. */
  readonly keyRead: number;
}

const mysql: UnitCosts = {
  indexRow: 0.25,
  passedRow: 0.15,
  fundRow: 1.7,
  testByKeys: 6,
  testByPeople: 4,
  testByRecords: 0.35,
  personInSets: 1,
  recordInSet: 0.3,
  gatheredId: 1.8,
  rankedFund: 1.3,
  scannedRow: 0.4,
  keyRead: 2.7,
};

const sqlite: UnitCosts = {
  indexRow: 0.05,
  passedRow: 0.03,
  fundRow: 0.9,
  testByKeys: 1.4,
  testByPeople: 0.9,
  testByRecords: 0.08,
  personInSets: 0.8,
  recordInSet: 0.23,
  gatheredId: 0.65,
  rankedFund: 0.7,
  scannedRow: 0.15,
  keyRead: 1.5,
};

export const unitCosts: Readonly<Record<Dialect['name'], UnitCosts>> = { mysql, sqlite };

import type { FundStatus, Role } from '@finance/domain';
import type { OrgIndex } from '../org/org-index.ts';

/** A person without their place in the tree. Ids are safe integers. */
export interface Person {
  readonly userId: number;
  readonly name: string;
  readonly role: Role;
  readonly department: string;
  readonly parentUserId: number | null;
}

/** A customer row; its id is the caller's. */
export interface CustomerRecord {
  readonly name: string;
  readonly adminUserId: number;
}

/** An order row; cents and microseconds are safe integers. */
export interface OrderRecord {
  readonly ownerUserId: number;
  readonly customerId: number | null;
  readonly amountCents: number;
  readonly createdAtMicros: number;
}

/** A fund row. */
export interface FundRecord {
  readonly handlerUserId: number;
  readonly orderId: number | null;
  readonly customerId: number | null;
  readonly amountCents: number;
  readonly status: FundStatus;
  readonly createdAtMicros: number;
  readonly updatedAtMicros: number;
}

/** Rows by id, each a function of profile, seed, org, number of records and its id, and of nothing else. Ids from 1. */
export interface RecordGenerator {
  customer(customerId: number): CustomerRecord;
  order(orderId: number): OrderRecord;
  fund(fundId: number): FundRecord;
}

/** A way to invent a company. */
export interface Profile {
  /** People with ids 1..count in id order, on one sound tree whose root is user 1, an admin. */
  people(count: number, seed: number): Person[];
  /** Records for an org, which need not be this profile's: 1..recordCount of each kind, on people who exist. */
  records(org: OrgIndex, recordCount: number, seed: number): RecordGenerator;
}

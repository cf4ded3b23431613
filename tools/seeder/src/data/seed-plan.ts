import { indexOrg, type OrgIndex } from '../org/org-index.ts';
import type { Person, RecordGenerator } from '../profiles/profile.ts';
import { profiles } from '../profiles/profiles.ts';
import { closureByUser } from './closure-by-user.ts';
import type { SeedParameters } from './seed-parameters.ts';
import type { Cell, TableName } from './tables.ts';

/** Counts up when the same parameters begin to give other rows: a run interrupted by an older seeder starts anew. */
export const generatorVersion = 1;

/** The only currency of generated records: amounts of one list must be comparable. */
export const currencyCode = 'USD';

/** Everything to be loaded, row by row, in primary key order. */
export interface SeedPlan {
  readonly org: OrgIndex;
  readonly people: readonly Person[];
  readonly records: RecordGenerator;
  readonly rowCounts: Readonly<Record<TableName, number>>;
  /** Rows `from` to `to` of a table, counted from 0, the latter excluded; any part may be asked for, in any order. */
  rows(table: TableName, from: number, to: number): Generator<Cell[]>;
}

/** Plans a whole company; with `people`, records for those who exist already. */
export function planSeed(parameters: SeedParameters, people?: readonly Person[]): SeedPlan {
  const profile = profiles[parameters.profile];
  const everyone = people ?? profile.people(parameters.users, parameters.seed);
  const org = indexOrg(everyone);
  const records = profile.records(org, parameters.records, parameters.seed);
  const closure = closureByUser(org);

  const rowAt: Record<Exclude<TableName, 'user_hierarchy'>, (index: number) => Cell[]> = {
    users: (index) => {
      const { userId, name, role, department, parentUserId } = everyone[index]!;
      const rank = org.rankOf.get(userId)!;
      return [userId, name, role, department, parentUserId, rank, org.rightByRank[rank]!];
    },
    customers: (index) => {
      const { name, adminUserId } = records.customer(index + 1);
      return [index + 1, name, adminUserId];
    },
    orders: (index) => {
      const order = records.order(index + 1);
      return [index + 1, order.ownerUserId, order.customerId, order.amountCents, order.createdAtMicros];
    },
    financial_funds: (index) => {
      const fund = records.fund(index + 1);
      return [
        index + 1,
        fund.handlerUserId,
        fund.orderId,
        fund.customerId,
        fund.amountCents,
        currencyCode,
        fund.status,
        fund.createdAtMicros,
        fund.updatedAtMicros,
      ];
    },
  };

  return {
    org,
    people: everyone,
    records,
    rowCounts: {
      users: everyone.length,
      user_hierarchy: closure.rowCount,
      customers: parameters.records,
      orders: parameters.records,
      financial_funds: parameters.records,
    },
    *rows(table, from, to) {
      if (table === 'user_hierarchy') yield* closure.rows(from, to);
      else for (let index = from; index < to; index += 1) yield rowAt[table](index);
    },
  };
}

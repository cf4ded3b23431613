import type { Customer, Fund, Order, User } from '@finance/domain';

/** A whole company in memory. Ids are unique within each list; references may dangle. */
export interface DataSet {
  readonly users: readonly User[];
  readonly orders: readonly Order[];
  readonly customers: readonly Customer[];
  readonly funds: readonly Fund[];
}

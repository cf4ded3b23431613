import type { Customer, Fund, User } from '@finance/domain';
import type { OrderOwner, RowChange } from '@finance/live-index';

/** Takes the rows of the four tables, in any order. Arrays are not touched again by the giver. */
export interface TableConsumer {
  addUsers(rows: readonly User[]): void;
  addOrders(rows: readonly OrderOwner[]): void;
  addCustomers(rows: readonly Customer[]): void;
  addFunds(rows: readonly Fund[]): void;
  /** A row that is there and cannot be read as a whole; its `row`, where it is not null, is handed over like the others. */
  addUnreadable(row: RowChange): void;
}

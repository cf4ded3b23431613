import type { Customer, Fund, User } from '@finance/domain';
import type { OrderOwner, RowChange } from '@finance/live-index';
import type { ChangeBatch, ChangeFeed, FeedState } from '../change-feed.ts';
import { createPositionTracker, type PositionTracker } from '../position/position-tracker.ts';
import type { TableConsumer } from '../table-consumer.ts';
import type { TableState } from './table-state.ts';

/** Keeps the four tables in maps, as the live index keeps them in arrays: the smallest honest consumer of a feed. */
export class Mirror implements TableConsumer, TableState {
  readonly users = new Map<bigint, User>();
  readonly orders = new Map<bigint, OrderOwner>();
  readonly customers = new Map<bigint, Customer>();
  readonly funds = new Map<bigint, Fund>();
  /** By table and id. */
  readonly unreadable = new Map<string, RowChange>();
  readonly batches: { readonly changes: number; readonly position: string | null }[] = [];
  readonly states: FeedState[] = [];
  private readonly feed: ChangeFeed;
  private readonly stopping = new AbortController();
  private tracker: PositionTracker | undefined;
  private following: Promise<void> = Promise.resolve();
  private waiting: (() => void)[] = [];

  private constructor(feed: ChangeFeed) {
    this.feed = feed;
  }

  /** Loads, begins to follow, and waits until it is connected and the state is one that SQL showed. */
  static async start(feed: ChangeFeed): Promise<Mirror> {
    const mirror = new Mirror(feed);
    const { from, readyAt } = await feed.load(mirror, { signal: mirror.stopping.signal });
    mirror.follow(from);
    await mirror.until(() => mirror.states.length > 0);
    await mirror.reach(readyAt);
    return mirror;
  }

  follow(from: string): void {
    this.tracker = createPositionTracker(this.feed.engine, from);
    this.following = this.feed.follow(from, (batch) => this.apply(batch), {
      signal: this.stopping.signal,
      onState: (state) => {
        this.states.push(state);
        this.wake();
      },
    });
    this.following.catch(() => undefined).finally(() => this.wake());
  }

  get position(): string {
    return this.tracker!.position;
  }

  addUsers(rows: readonly User[]): void {
    for (const row of rows) this.users.set(row.userId, row);
  }

  addOrders(rows: readonly OrderOwner[]): void {
    for (const row of rows) this.orders.set(row.orderId, row);
  }

  addCustomers(rows: readonly Customer[]): void {
    for (const row of rows) this.customers.set(row.customerId, row);
  }

  addFunds(rows: readonly Fund[]): void {
    for (const row of rows) this.funds.set(row.fundId, row);
  }

  addUnreadable(row: RowChange): void {
    this.unreadable.set(`${row.table} ${row.id}`, row);
  }

  /** Waits for a position. @throws what the feed ended with */
  async reach(position: string): Promise<void> {
    await this.until(() => this.tracker!.hasReached(position));
  }

  private async until(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) {
      await Promise.race([new Promise<void>((resolve) => this.waiting.push(resolve)), this.ended()]);
    }
  }

  /** Waits for everything that was acknowledged before the call. */
  async fence(): Promise<void> {
    await this.reach(await this.feed.position(this.stopping.signal));
  }

  /** The tables in the order of their keys. */
  get state(): TableState {
    const sorted = <T>(rows: ReadonlyMap<bigint, T>) => new Map([...rows].sort(([a], [b]) => (a < b ? -1 : 1)));
    return {
      users: sorted(this.users),
      orders: sorted(this.orders),
      customers: sorted(this.customers),
      funds: sorted(this.funds),
    };
  }

  /** Rejects with what the feed ended with. */
  async ended(): Promise<never> {
    await this.following;
    throw new Error('the feed ended without a word');
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.following.catch(() => undefined);
    await this.feed.close();
  }

  private apply({ changes, position }: ChangeBatch): void {
    this.batches.push({ changes: changes.length, position });
    for (const change of changes) {
      const { table, id, row } = change;
      this.unreadable.delete(`${table} ${id}`);
      if (change.unreadable) this.addUnreadable(change);
      const rows: Map<bigint, unknown> = this[table];
      if (row) rows.set(id, row);
      else rows.delete(id);
    }
    if (position === null) return;
    this.tracker!.advance(position);
    this.wake();
  }

  private wake(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }
}

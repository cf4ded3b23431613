import { bases, sortedColumns, type FundDetails, type FundFilter, type User } from '@finance/domain';
import { createBaseBuilder } from './base/base-builder.ts';
import { bytesOfBase, none, type IndexBase } from './base/index-base.ts';
import { textAt } from './base/text-collector.ts';
import { placeOfId } from './base/ids.ts';
import type { ChangedFund } from './delta/changed-fund.ts';
import { FundEvents } from './delta/fund-events.ts';
import { Funds } from './delta/funds.ts';
import type { IndexFundViewer, LiveIndex } from './live-index.ts';
import { Org } from './org/org.ts';
import { People } from './org/people.ts';
import { exportSet } from './query/export.ts';
import { pageOfSet } from './query/page.ts';
import { summarize } from './query/summarize.ts';
import type { RowChange } from './row-change.ts';
import { ViewerSets, type Viewer } from './sets/viewer-sets.ts';
import { columnsOf, groupColumns } from './unreadable/columns.ts';
import { UnreadableRows } from './unreadable/unreadable-rows.ts';

/** What an index may use. */
export interface LiveIndexOptions {
  /** For the sets of viewers; the set in use may go beyond. */
  readonly cachedBytesMax: number;
  /** How many changes a viewer's set may have missed and still be caught up; for tests. */
  readonly eventsKept?: number;
}

/** Bytes of a changed fund: the record, whom it touches, its places in maps, two events. Measured. */
const changedFundBytes = 700;

/** An index over a base, which it shares with others and never changes. Cheap: nothing is read but what is asked for. */
export function createLiveIndex(base: IndexBase, { cachedBytesMax, eventsKept }: LiveIndexOptions): LiveIndex {
  const people = new People(base.people);
  const org = new Org(base.people, people);
  const funds = new Funds(base, people, new FundEvents(eventsKept));
  const customerNames = new Map<bigint, string>();
  const unreadable = new UnreadableRows(base.unreadable);
  const sets = new ViewerSets(funds, people, org, cachedBytesMax);
  const baseBytes = bytesOfBase(base);

  const applyUser = (userId: bigint, user: User | null): void => {
    const person = people.ordinalOf(userId);
    const affected = new Set<number>([person]);
    const takeAbove = (): void => {
      try {
        for (const manager of org.above(person)) affected.add(manager);
      } catch {
        // A cycle comes or goes: whose sets it touches cannot be told by going up.
        sets.cache.drop(({ viewer }) => viewer !== undefined);
      }
    };
    takeAbove();
    const before = org.department(person);
    org.set(person, user ?? undefined);
    takeAbove();
    const departmentChanged = before !== org.department(person);
    sets.cache.drop(
      ({ viewer, filter }) =>
        (viewer !== undefined && affected.has(viewer)) || (departmentChanged && filter.includes('handlerDepartment')),
    );
  };

  const applyChange = (change: RowChange): void => {
    unreadable.note(change);
    switch (change.table) {
      case 'users':
        // Of an unknown place: nothing is answered before it is a known one again.
        return change.unreadable && !change.row ? undefined : applyUser(change.id, change.row);
      case 'orders':
        return funds.setOrder(change.id, change.row ? people.ordinalOf(change.row.ownerUserId) : none);
      case 'customers':
        customerNames.set(change.id, change.row?.name ?? '');
        return funds.setCustomer(change.id, change.row ? people.ordinalOf(change.row.adminUserId) : none);
      case 'funds':
        return funds.setFund(change.id, change.row);
    }
  };

  const customerName = (customerId: bigint): string => {
    const changed = customerNames.get(customerId);
    if (changed !== undefined) return changed;
    const place = placeOfId(base.customers.ids, customerId);
    return place === -1 ? '' : textAt(base.customerNames, place);
  };

  const basesInView = (viewer: Viewer, { touched }: ChangedFund) =>
    bases.filter((_, i) => touched[i] !== none && sets.isInScope(viewer, touched[i]!)).map((basis) => basis.name);

  /**
   * The viewer of an answer that goes by some columns of all funds in view, or shows all of them.
   * @throws DomainError VIEWER_NOT_FOUND, AskSql
   */
  const viewerOf = (viewerUserId: bigint, columns: readonly string[] | 'all'): Viewer => {
    let viewer: Viewer | undefined;
    unreadable.requireFor(viewerUserId, columns, (fund) => {
      viewer ??= sets.viewer(viewerUserId);
      return sets.sees(viewer, funds.withTouched(fund));
    });
    return viewer ?? sets.viewer(viewerUserId);
  };

  const requirePeopleOf = (filter: FundFilter): void => {
    if (filter.handlerDepartment !== undefined) unreadable.requirePeople();
  };

  return {
    apply: (changes) => changes.forEach(applyChange),

    listFunds: ({ viewerUserId, filter, withTotal, ...place }) => {
      requirePeopleOf(filter);
      const viewer = viewerOf(viewerUserId, [sortedColumns[place.order.column], ...columnsOf(filter)]);
      const page = sets.use(viewer, filter, (set) => ({
        ...pageOfSet(base, set, place),
        totalSize: withTotal ? set.count : undefined,
      }));
      unreadable.requireFunds(page.funds);
      return page;
    },

    exportFunds: (viewerUserId, filter, order, batchSize) => {
      requirePeopleOf(filter);
      return sets.use(viewerOf(viewerUserId, 'all'), filter, (set) => exportSet(base, set, order, batchSize));
    },

    summarizeFunds: (viewerUserId, filter, groupBy) => {
      requirePeopleOf(filter);
      if (groupBy === 'handler_department') unreadable.requirePeople();
      const viewer = viewerOf(viewerUserId, ['amount', ...groupColumns[groupBy], ...columnsOf(filter)]);
      return sets.use(viewer, filter, (set) => summarize(base, set, groupBy, people, org));
    },

    visibleFunds: (viewerUserId, fundIds) => {
      const viewer = viewerOf(viewerUserId, []);
      const visible = fundIds
        .map((fundId) => funds.find(fundId))
        .filter((found) => found !== undefined && sets.sees(viewer, found))
        .map((found) => found!.fund);
      unreadable.requireFunds(visible);
      return visible;
    },

    fundDetails: (viewerUserId, fund): FundDetails => {
      unreadable.requirePeople();
      const found: ChangedFund | undefined = funds.find(fund.fundId);
      const [handler, owner, admin] = (found?.touched ?? [none, none, none]).map((person) =>
        person === none ? undefined : { userId: people.idOf(person), user: org.user(person) },
      );
      return {
        handlerName: handler?.user?.name ?? '',
        handlerDepartment: handler?.user?.department ?? '',
        orderOwnerUserId: owner?.userId ?? null,
        orderOwnerName: owner?.user?.name ?? '',
        customerName: fund.customerId === null ? '' : customerName(fund.customerId),
        customerAdminUserId: admin?.userId ?? null,
        customerAdminName: admin?.user?.name ?? '',
        viewerBases: found ? basesInView(sets.viewer(viewerUserId), found) : [],
      };
    },

    fundViewers: (fundId) => {
      unreadable.requirePeople();
      const found = funds.find(fundId);
      if (!found) return undefined;
      const reached = new Map<number, { user: User; bases: IndexFundViewer['bases'][number][] }>();
      const reach = (person: number, basis?: IndexFundViewer['bases'][number]): void => {
        const viewer = reached.get(person) ?? { user: org.user(person)!, bases: [] };
        if (basis) viewer.bases.push(basis);
        reached.set(person, viewer);
      };
      bases.forEach(({ name }, i) => {
        const person = found.touched[i]!;
        if (person === none || org.role(person) === undefined) return;
        reach(person, name);
        for (const manager of org.above(person)) if (org.role(manager) !== 'staff') reach(manager, name);
      });
      for (const admin of org.admins()) reach(admin);
      return [...reached.values()].sort((a, b) => (a.user.userId < b.user.userId ? -1 : 1));
    },

    rebuildBase: () => {
      const builder = createBaseBuilder();
      for (let person = 0; person < people.count; person += 1) {
        const user = org.user(person);
        if (user) builder.addUsers([user]);
      }
      for (const [orderId, owner] of funds.orders.entries()) {
        builder.addOrders([{ orderId, ownerUserId: people.idOf(owner) }]);
      }
      for (const [customerId, admin] of funds.customers.entries()) {
        builder.addCustomers([{ customerId, name: customerName(customerId), adminUserId: people.idOf(admin) }]);
      }
      for (const fund of funds.all()) builder.addFunds([fund]);
      for (const row of unreadable.all()) builder.addUnreadable(row);
      return builder.build();
    },

    stats: () => ({
      funds: funds.count,
      people: people.count,
      unreadableRows: unreadable.count,
      deltaFunds: funds.changedCount,
      bytes: baseBytes + funds.changedCount * changedFundBytes,
      cachedSets: sets.cache.size,
      cachedBytes: sets.cache.bytes,
    }),
  };
}

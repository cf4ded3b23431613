import { fundStatuses, type Customer, type Fund, type FundStatus, type User } from '@finance/domain';
import type { BaseBuilder } from '../live-index.ts';
import type { OrderOwner, RowChange } from '../row-change.ts';
import { GrowingColumn, GrowingLinks } from './grow.ts';
import { none, type IndexBase } from './index-base.ts';
import { buildLists } from './lists.ts';
import { TextCollector } from './text-collector.ts';
import { buildPeopleBlocks } from './people-blocks.ts';
import { PeopleBuilder } from './people-builder.ts';
import { idOrder, idsInOrder } from './id-order.ts';
import { buildRecords } from './records-builder.ts';
import { sharedBytes, sharedDoubles, sharedInts, sharedShorts } from './shared-arrays.ts';
import { buildSortOrders } from './sort-orders.ts';

const doubles = (length: number) => new Float64Array(length);
const longs = (length: number) => new BigInt64Array(length);

/** Columns of rows as they come; sorted and linked by `build`. */
export function createBaseBuilder(): BaseBuilder {
  const users: User[] = [];
  const orderIds = new GrowingColumn(longs);
  const orderOwners = new GrowingColumn(longs);
  const customerIds = new GrowingColumn(longs);
  const customerAdmins = new GrowingColumn(longs);
  const customerNames = new TextCollector();
  const fundIds = new GrowingColumn(longs);
  const handlers = new GrowingColumn(longs);
  const fundOrders = new GrowingLinks();
  const fundCustomers = new GrowingLinks();
  const amountCents = new GrowingColumn(doubles);
  const createdAtMicros = new GrowingColumn(doubles);
  const updatedAtMicros = new GrowingColumn(doubles);
  const statuses = new GrowingColumn((length) => new Uint8Array(length));
  const currencies = new GrowingColumn((length) => new Uint16Array(length));
  const currencyPlaces = new Map<string, number>();
  const unreadable: RowChange[] = [];

  return {
    addUsers: (rows) => void users.push(...rows),
    addOrders: (rows: readonly OrderOwner[]) => {
      for (const row of rows) {
        orderIds.push(row.orderId);
        orderOwners.push(row.ownerUserId);
      }
    },
    addCustomers: (rows: readonly Customer[]) => {
      for (const row of rows) {
        customerIds.push(row.customerId);
        customerAdmins.push(row.adminUserId);
        customerNames.push(row.name);
      }
    },
    addFunds: (rows: readonly Fund[]) => {
      for (const row of rows) {
        fundIds.push(row.fundId);
        handlers.push(row.handlerUserId);
        fundOrders.push(row.orderId);
        fundCustomers.push(row.customerId);
        amountCents.push(Number(row.amountCents));
        createdAtMicros.push(row.createdAtMicros);
        updatedAtMicros.push(row.updatedAtMicros);
        statuses.push(statusPlaces[row.status]);
        currencies.push(placeOf(currencyPlaces, row.currencyCode));
      }
    },
    addUnreadable: (row) => void unreadable.push(row),
    build: (): IndexBase => {
      const people = new PeopleBuilder(users);
      const order = idOrder(fundIds.take());
      const funds = order.length;
      const inOrder = <A extends { [fund: number]: number }>(from: ArrayLike<number>, to: A): A => {
        for (let fund = 0; fund < funds; fund += 1) to[fund] = from[order[fund]!]!;
        return to;
      };
      const handlerIds = handlers.take();
      const handlerOrdinals = sharedInts(funds);
      for (let fund = 0; fund < funds; fund += 1) handlerOrdinals[fund] = people.ordinalOf(handlerIds[order[fund]!]!);
      const orders = buildRecords(orderIds.take(), orderOwners.take(), fundOrders.take(), order, people);
      const itsCustomers = customerIds.take();
      const customers = buildRecords(itsCustomers, customerAdmins.take(), fundCustomers.take(), order, people);

      const columns = {
        fundIds: idsInOrder(fundIds.take(), order),
        amountCents: inOrder(amountCents.take(), sharedDoubles(funds)),
        createdAtMicros: inOrder(createdAtMicros.take(), sharedDoubles(funds)),
        updatedAtMicros: inOrder(updatedAtMicros.take(), sharedDoubles(funds)),
        statuses: inOrder(statuses.take(), sharedBytes(funds)),
        currencies: inOrder(currencies.take(), sharedShorts(funds)),
        handlers: handlerOrdinals,
      };
      const itsPeople = people.take();
      const ordersOf = orders.placeOfFund;
      const customersOf = customers.placeOfFund;
      const fundsOfPeople = buildLists(itsPeople.ids.length, funds, (fund, into) => {
        into(handlerOrdinals[fund]!);
        const owner = ordersOf[fund] === none ? none : orders.records.people[ordersOf[fund]!]!;
        if (owner !== none && owner !== handlerOrdinals[fund]) into(owner);
        const admin = customersOf[fund] === none ? none : customers.records.people[customersOf[fund]!]!;
        if (admin !== none && admin !== handlerOrdinals[fund] && admin !== owner) into(admin);
      });
      return {
        people: itsPeople,
        ...columns,
        currencyCodes: [...currencyPlaces.keys()],
        unreadable,
        fundOrders: ordersOf,
        fundCustomers: customersOf,
        orders: orders.records,
        customers: customers.records,
        customerNames: customerNames.inOrder(customers.records.ids.length, customers.sourceOf),
        fundsOfPeople,
        fundsOfBlocks: buildPeopleBlocks(fundsOfPeople, funds),
        sortOrders: buildSortOrders(columns, itsPeople.byId),
      };
    },
  };
}

const statusPlaces = Object.fromEntries(fundStatuses.map((status, place) => [status, place])) as Record<
  FundStatus,
  number
>;

function placeOf(places: Map<string, number>, text: string): number {
  const known = places.get(text);
  if (known !== undefined) return known;
  if (places.size > 0xffff) throw new RangeError('more than 65,536 currency codes');
  places.set(text, places.size);
  return places.size - 1;
}

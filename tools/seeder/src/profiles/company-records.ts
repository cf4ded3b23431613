import type { FundStatus } from '@finance/domain';
import type { OrgIndex } from '../org/org-index.ts';
import { logNormalCents, powerLawBelow, shuffled, uniformBelow, weighted } from '../random/distributions.ts';
import { randomField } from '../random/random-field.ts';
import { instantAfter, instantAt } from '../random/time-span.ts';
import { customerNames } from './customer-names.ts';
import type { RecordGenerator } from './profile.ts';

/** How often the next person in a chain of work is of the same team. */
const sameTeamShare = 0.85;
/** A team is the manager's subtree, but no further than this many ranks away: a large department is many teams. */
const teamReach = 25;
/** The busiest of 10,000 people has 1 % of the customers, the least busy half of the mean. */
const activityExponent = 2;
/** The largest of a million customers has 1 % of the orders. */
const customerExponent = 3;
/** Business grows: the first year holds a quarter of the orders. */
const growthExponent = 0.8;
const noOrderShare = 0.04;
const noCustomerShare = 0.03;
const otherCustomerShare = 0.05;
/** Funds of an order follow it within about this share of all funds. */
const fundLag = 0.01;
/** Amounts in whole tens, so that sort keys repeat. */
const roundShare = 0.3;
const roundToCents = 1000;

const statusOf = weighted<FundStatus>([
  ['settled', 55],
  ['approved', 20],
  ['pending', 12],
  ['rejected', 8],
  ['cancelled', 5],
]);

/** Records of a company at work: skewed sizes, and people of one fund usually of one team. */
export function companyRecords(org: OrgIndex, recordCount: number, seed: number): RecordGenerator {
  const field = (name: string) => randomField(seed, name);
  const byActivity = shuffled(org.count, field('company/activity'));
  const customerName = customerNames(seed);
  const customerAdmin = field('customers/admin');
  const orderCustomerMissing = field('orders/no customer');
  const orderCustomerDraw = field('orders/customer');
  const ownerSameTeam = field('orders/same team');
  const ownerDraw = field('orders/owner');
  const orderJitter = field('orders/time');
  const fundKind = field('funds/kind');
  const fundLagDraw = field('funds/lag');
  const fundCustomerKind = field('funds/customer kind');
  const fundCustomerDraw = field('funds/customer');
  const handlerSameTeam = field('funds/same team');
  const handlerDraw = field('funds/handler');
  const statusDraw = field('funds/status');
  const createdDraw = field('funds/created');
  const updatedDraw = field('funds/updated');
  const orderCents = logNormalCents(seed, 'orders/amount', { medianCents: 480_000, sigma: 1.5 });
  const fundCents = logNormalCents(seed, 'funds/amount', { medianCents: 250_000, sigma: 1.6 });
  const fundRound = field('funds/round');

  const anyone = (draw: number): number => byActivity[powerLawBelow(org.count, draw, activityExponent)]!;
  const nearby = (rank: number, draw: number): number => {
    const manager = org.managerByRank[rank]!;
    const left = Math.max(manager, rank - teamReach);
    const right = Math.min(org.rightByRank[manager]!, rank + teamReach);
    return left + uniformBelow(right - left + 1, draw);
  };
  const colleague = (rank: number, sameTeam: number, draw: number): number =>
    sameTeam < sameTeamShare ? nearby(rank, draw) : anyone(draw);

  const adminRank = (customerId: number): number => anyone(customerAdmin(customerId));
  const customerOfOrder = (orderId: number): number | null =>
    orderCustomerMissing(orderId) < noCustomerShare
      ? null
      : 1 + powerLawBelow(recordCount, orderCustomerDraw(orderId), customerExponent);
  const ownerRank = (orderId: number): number => {
    const customerId = customerOfOrder(orderId);
    const draw = ownerDraw(orderId);
    return customerId === null ? anyone(draw) : colleague(adminRank(customerId), ownerSameTeam(orderId), draw);
  };
  const timeOfOrder = (orderId: number): number =>
    instantAt(((orderId - 1 + orderJitter(orderId)) / recordCount) ** growthExponent);

  return {
    customer: (customerId) => ({
      name: customerName(customerId),
      adminUserId: org.userIdByRank[adminRank(customerId)]!,
    }),
    order: (orderId) => ({
      ownerUserId: org.userIdByRank[ownerRank(orderId)]!,
      customerId: customerOfOrder(orderId),
      amountCents: orderCents(orderId),
      createdAtMicros: timeOfOrder(orderId),
    }),
    fund: (fundId) => {
      const lag = Math.floor(fundLagDraw(fundId) ** 2 * fundLag * recordCount);
      const orderNearby = Math.max(1, fundId - lag);
      const orderId = fundKind(fundId) < noOrderShare ? null : orderNearby;
      const kind = fundCustomerKind(fundId);
      const customerId =
        kind < noCustomerShare
          ? null
          : orderId === null || kind < noCustomerShare + otherCustomerShare
            ? 1 + powerLawBelow(recordCount, fundCustomerDraw(fundId), customerExponent)
            : customerOfOrder(orderId);
      const draw = handlerDraw(fundId);
      const sameTeam = handlerSameTeam(fundId);
      const handlerRank =
        orderId !== null
          ? colleague(ownerRank(orderId), sameTeam, draw)
          : customerId !== null
            ? colleague(adminRank(customerId), sameTeam, draw)
            : anyone(draw);
      const cents = fundCents(fundId);
      const status = statusOf(statusDraw(fundId));
      const createdAtMicros = instantAfter(timeOfOrder(orderNearby), 45, createdDraw(fundId) ** 2);
      return {
        handlerUserId: org.userIdByRank[handlerRank]!,
        orderId,
        customerId,
        amountCents: fundRound(fundId) < roundShare ? Math.ceil(cents / roundToCents) * roundToCents : cents,
        status,
        createdAtMicros,
        updatedAtMicros:
          status === 'pending' ? createdAtMicros : instantAfter(createdAtMicros, 60, updatedDraw(fundId) ** 2),
      };
    },
  };
}

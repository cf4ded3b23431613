/**
 * The ways to a page. The three walks go down the sort's index and differ in how they tell whether a fund is visible:
 * by primary keys (`walk-keys`), by a set of the people in scope (`walk-people`), by sets of these people's orders and
 * customers as well (`walk-records`). `gather` finds the ids of all visible funds, reads and sorts those funds. `probe`
 * reads the funds that a selective filter's own index yields. `scan` leaves the choice of an index to the engine.
 */
export const ways = ['walk-keys', 'walk-people', 'walk-records', 'gather', 'probe', 'scan'] as const;

export type Way = (typeof ways)[number];

/** A way down the sort's index that stops when the page is full, and may be given a bound. */
export type WalkWay = Extract<Way, `walk-${string}`>;

export const isWalkWay = (way: Way): way is WalkWay => way.startsWith('walk-');

/**
 * The ways to a page. The three walks go down the sort's index and differ in how they tell whether a fund is visible:
 * by primary keys (`walk-keys`), by a set of the people in scope (`walk-people`), by sets of these people's orders and
 * customers as well (`walk-records`). `sift` gathers the ids of all visible funds and walks an index that covers the
 * sort, reading no other row. `gather` gathers the ids, reads and sorts those funds. `probe` reads the funds that a
 * selective filter's own index yields. `scan` leaves the choice of an index to the engine.
 */
export const ways = ['walk-keys', 'walk-people', 'walk-records', 'sift', 'gather', 'probe', 'scan'] as const;

export type Way = (typeof ways)[number];

/** A way down the sort's index that tests whole funds. */
export type WalkWay = Extract<Way, `walk-${string}`>;

/** A way that stops when the page is full, and may be given a bound. */
export type IndexWay = WalkWay | 'sift';

export const isIndexWay = (way: Way): way is IndexWay => way === 'sift' || way.startsWith('walk-');

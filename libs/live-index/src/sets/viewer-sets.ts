import { viewerNotFound, type FundFilter, type Role } from '@finance/domain';
import type { ChangedFund } from '../delta/changed-fund.ts';
import type { Funds } from '../delta/funds.ts';
import type { Org } from '../org/org.ts';
import type { People } from '../org/people.ts';
import { candidates } from '../query/candidates.ts';
import { compileFilter, filterKey } from '../query/filter.ts';
import { FundSet } from './fund-set.ts';
import { fundsOfPeople } from './funds-of-people.ts';
import { everyRank, RankCollector } from './rank-collector.ts';
import { SetCache } from './set-cache.ts';

/** Candidates come in another order than the columns lie in memory, and have to be looked up in the set. */
const candidateCost = 4;

/** A viewer who exists. */
export interface Viewer {
  readonly person: number;
  readonly role: Role;
}

/** The sets of all viewers, made when asked for and kept until something makes them wrong. */
export class ViewerSets {
  readonly cache: SetCache;
  private readonly funds: Funds;
  private readonly people: People;
  private readonly org: Org;

  constructor(funds: Funds, people: People, org: Org, cachedBytesMax: number) {
    this.funds = funds;
    this.people = people;
    this.org = org;
    this.cache = new SetCache(cachedBytesMax);
  }

  /** @throws DomainError VIEWER_NOT_FOUND */
  viewer(viewerUserId: bigint): Viewer {
    const person = this.people.find(viewerUserId);
    const role = person === undefined ? undefined : this.org.role(person);
    if (person === undefined || role === undefined) throw viewerNotFound(viewerUserId);
    return { person, role };
  }

  /**
   * Calls `use` with the set of what a viewer sees and a filter lets through, up to date.
   * @throws DomainError INTERNAL for supervisors on a cycle
   */
  use<T>(viewer: Viewer, filter: FundFilter, use: (set: FundSet) => T): T {
    const key = { viewer: viewer.role === 'admin' ? undefined : viewer.person, filter: filterKey(filter) };
    let set = this.cache.get(key);
    if (!set?.catchUp()) {
      set = key.filter === '' ? this.resolve(viewer) : this.use(viewer, {}, (all) => this.narrow(all, filter));
      this.cache.put(key, set);
    }
    const result = use(set);
    this.cache.weigh(key);
    return result;
  }

  /** Whether a fund is in a viewer's scope. */
  sees(viewer: Viewer, { touched }: ChangedFund): boolean {
    return viewer.role === 'admin' || touched.some((person) => this.isInScope(viewer, person));
  }

  /** Whether somebody's funds are the viewer's business. */
  isInScope(viewer: Viewer, person: number): boolean {
    switch (viewer.role) {
      case 'admin':
        return this.org.role(person) !== undefined;
      case 'supervisor':
        return this.org.isWithin(person, viewer.person);
      case 'staff':
        return person === viewer.person;
    }
  }

  private resolve(viewer: Viewer): FundSet {
    const { base } = this.funds;
    if (viewer.role === 'admin') {
      const everything = everyRank(base.fundIds.length, this.funds.leftBits);
      return new FundSet(this.funds, everything, () => true);
    }
    const people = viewer.role === 'staff' ? [viewer.person] : this.subtree(viewer.person);
    const isInScope = new Uint8Array(this.people.count);
    for (const person of people) isInScope[person] = 1;
    const accepts = ({ touched }: ChangedFund): boolean => touched.some((person) => isInScope[person] === 1);
    return new FundSet(this.funds, fundsOfPeople(base, people, this.funds.leftBits), accepts);
  }

  private subtree(person: number): number[] {
    // Also tells whether the tree above is sound, and with it the tree below.
    for (const _ of this.org.above(person));
    return this.org.subtree(person);
  }

  private narrow(all: FundSet, filter: FundFilter): FundSet {
    const { base } = this.funds;
    const compiled = compileFilter(filter, base, this.people, this.org);
    const among = candidates(filter, base, this.people);
    const members = all.baseOrdinals;
    const fewer = among !== undefined && among.length * candidateCost < members.count;
    const collector = new RankCollector(base.fundIds.length, 0);
    const collect = (ordinals: Uint32Array): void => {
      const passing = compiled.narrow(ordinals);
      collector.addAll(passing, 0, passing.length);
    };
    if (fewer) collect(among.filter((ordinal) => members.has(ordinal)));
    else members.eachPart(collect);
    const accepts = (changed: ChangedFund): boolean => all.accepts(changed) && compiled.passes(changed.fund);
    return new FundSet(this.funds, collector.finish(), accepts);
  }
}

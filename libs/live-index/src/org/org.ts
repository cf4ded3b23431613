import { DomainError, roles, type Role, type User } from '@finance/domain';
import { none, type PeopleColumns } from '../base/index-base.ts';
import { textAt } from '../base/text-collector.ts';
import type { People } from './people.ts';

/**
 * Who reports to whom, by person ordinals: the base's columns, and over them who has changed since. A move changes two
 * lists; nothing is numbered anew. People report also to ids that no user has; they are roots until the user appears.
 */
export class Org {
  private readonly base: PeopleColumns;
  private readonly people: People;
  private readonly changed = new Map<number, User | undefined>();
  private readonly changedReports = new Map<number, number[]>();

  constructor(base: PeopleColumns, people: People) {
    this.base = base;
    this.people = people;
  }

  /** The role of a user; undefined when the id is nobody's. */
  role(person: number): Role | undefined {
    if (this.changed.has(person)) return this.changed.get(person)?.role;
    const role = this.base.roles[person];
    return role ? roles[role - 1] : undefined;
  }

  /** The user of an ordinal; undefined when the id is nobody's. */
  user(person: number): User | undefined {
    if (this.changed.has(person)) return this.changed.get(person);
    const role = this.role(person);
    if (role === undefined) return undefined;
    const parent = this.base.parents[person]!;
    return {
      userId: this.people.idOf(person),
      name: textAt(this.base.names, person),
      role,
      department: this.base.departmentNames[this.base.departments[person]!]!,
      parentUserId: parent === none ? null : this.people.idOf(parent),
    };
  }

  /** The department of a user; undefined when the id is nobody's. */
  department(person: number): string | undefined {
    if (this.changed.has(person)) return this.changed.get(person)?.department;
    return this.base.roles[person] ? this.base.departmentNames[this.base.departments[person]!] : undefined;
  }

  /** Everybody who sees everything. */
  admins(): number[] {
    const unchanged = [...this.base.admins].filter((person) => !this.changed.has(person));
    const others = [...this.changed].filter(([, user]) => user?.role === 'admin').map(([person]) => person);
    return [...unchanged, ...others];
  }

  /** Puts a user in place, or takes one away. */
  set(person: number, user: User | undefined): void {
    const before = this.parent(person);
    this.changed.set(person, user);
    const parent = this.parent(person);
    if (parent === before) return;
    if (before !== undefined) {
      this.changedReports.set(
        before,
        [...this.reports(before)].filter((each) => each !== person),
      );
    }
    if (parent !== undefined) this.changedReports.set(parent, [...this.reports(parent), person]);
  }

  /**
   * The people above somebody, nearest first, up to a root.
   * @throws DomainError INTERNAL for people on or below a cycle of parents
   */
  *above(person: number): Iterable<number> {
    let steps = 0;
    let parent = this.parent(person);
    while (parent !== undefined && this.role(parent) !== undefined) {
      steps += 1;
      // More steps than people: the parents go in a circle.
      if (steps > this.people.count) throw onCycle(this.people.idOf(person));
      yield parent;
      parent = this.parent(parent);
    }
  }

  /** Whether `person` is a user at or below `manager`. */
  isWithin(person: number, manager: number): boolean {
    if (this.role(person) === undefined) return false;
    if (person === manager) return true;
    for (const parent of this.above(person)) if (parent === manager) return true;
    return false;
  }

  /** A manager and everyone below, in the order of the tree. The manager must not be on a cycle. */
  subtree(manager: number): number[] {
    const { starts, items } = this.base.reports;
    const found: number[] = [];
    const open = [manager];
    for (let person = open.pop(); person !== undefined; person = open.pop()) {
      found.push(person);
      const changed = this.changedReports.get(person);
      if (changed) for (let i = changed.length - 1; i >= 0; i -= 1) open.push(changed[i]!);
      // Nobody's for people that the base does not know: it has no place after theirs.
      else for (let at = starts[person + 1]! - 1; at >= starts[person]!; at -= 1) open.push(items[at]!);
    }
    return found;
  }

  private parent(person: number): number | undefined {
    if (this.changed.has(person)) {
      const parentUserId = this.changed.get(person)?.parentUserId;
      return parentUserId == null ? undefined : this.people.ordinalOf(parentUserId);
    }
    const parent = this.base.parents[person];
    return parent === none ? undefined : parent;
  }

  private reports(person: number): ArrayLike<number> & Iterable<number> {
    const changed = this.changedReports.get(person);
    if (changed) return changed;
    const { starts, items } = this.base.reports;
    return person + 1 < starts.length ? items.subarray(starts[person], starts[person + 1]) : [];
  }
}

const onCycle = (userId: bigint): DomainError =>
  new DomainError(
    'INTERNAL',
    `user ${userId} is on or below a cycle of parents; an operator must run seeder:doctor -- --repair`,
    { user_id: String(userId) },
  );

import { buildOrgTree, roles, type User } from '@finance/domain';
import { idOrder } from './id-order.ts';
import { none, type PeopleColumns } from './index-base.ts';
import { buildLists } from './lists.ts';
import { sharedBytes, sharedInts, sharedLongs } from './shared-arrays.ts';
import { TextCollector } from './text-collector.ts';

/** Gives people ordinals: users in the order of the tree, then whoever else is pointed at. */
export class PeopleBuilder {
  private readonly ordinals = new Map<bigint, number>();
  private readonly users: readonly User[];

  constructor(users: readonly User[]) {
    this.users = users;
    const tree = buildOrgTree(users);
    for (const userId of tree.intervals.keys()) this.ordinalOf(userId);
    for (const userId of tree.cyclicUserIds) this.ordinalOf(userId);
  }

  ordinalOf(personId: bigint): number {
    const known = this.ordinals.get(personId);
    if (known !== undefined) return known;
    this.ordinals.set(personId, this.ordinals.size);
    return this.ordinals.size - 1;
  }

  /** The columns, once everybody has been pointed at. */
  take(): PeopleColumns {
    const parentOf = this.users.map((user) => (user.parentUserId === null ? none : this.ordinalOf(user.parentUserId)));
    const count = this.ordinals.size;
    const ids = sharedLongs(count);
    for (const [personId, person] of this.ordinals) ids[person] = personId;

    const parents = sharedInts(count).fill(none);
    const itsRoles = sharedBytes(count);
    const departments = sharedInts(count);
    const departmentPlaces = new Map<string, number>([['', 0]]);
    const names = new TextCollector();
    const sources: (number | undefined)[] = [];
    this.users.forEach((user, source) => {
      const person = this.ordinalOf(user.userId);
      parents[person] = parentOf[source]!;
      itsRoles[person] = roles.indexOf(user.role) + 1;
      if (!departmentPlaces.has(user.department)) departmentPlaces.set(user.department, departmentPlaces.size);
      departments[person] = departmentPlaces.get(user.department)!;
      names.push(user.name);
      sources[person] = source;
    });
    const admins = this.users.filter((user) => user.role === 'admin').map((user) => this.ordinalOf(user.userId));
    const itsAdmins = sharedInts(admins.length);
    itsAdmins.set(admins);
    return {
      ids,
      byId: idOrder(ids),
      roles: itsRoles,
      parents,
      reports: buildLists(count, count, (person, into) => {
        if (parents[person] !== none) into(parents[person]!);
      }),
      names: names.inOrder(count, (person) => sources[person]),
      departments,
      departmentNames: [...departmentPlaces.keys()],
      admins: itsAdmins,
    };
  }
}

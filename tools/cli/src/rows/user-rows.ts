import { RoleSchema, UserSchema, type User } from '@finance/contract/permission';
import {
  FundViewerSchema,
  SubordinateSchema,
  type FundViewer,
  type Subordinate,
} from '@finance/contract/permission-service';
import type { Column } from '../output/columns.ts';
import { jsonOf } from '../output/json.ts';
import type { Listing } from '../output/listing.ts';
import { idText, wordOf } from '../output/words.ts';
import { basesText } from './fund-rows.ts';

interface UserColumn {
  readonly heading: string;
  /** The API's name. */
  readonly field: string;
  readonly of: (user: User) => string;
  readonly right?: boolean;
}

const userColumns: readonly UserColumn[] = [
  { heading: 'user', field: 'user_id', of: (user) => String(user.userId), right: true },
  { heading: 'name', field: 'name', of: (user) => user.name },
  { heading: 'role', field: 'role', of: (user) => wordOf(RoleSchema, user.role) },
  { heading: 'department', field: 'department', of: (user) => user.department },
  { heading: 'reports to', field: 'parent_user_id', of: (user) => idText(user.parentUserId), right: true },
];

type PickUser<Line> = (line: Line) => User | undefined;

/** Columns of the user that `pick` finds in a line. */
function columns<Line>(pick: PickUser<Line>, nameOf: (column: UserColumn) => string): readonly Column<Line>[] {
  return userColumns.map((column) => ({
    name: nameOf(column),
    of: (line) => {
      const user = pick(line);
      return user === undefined ? '' : column.of(user);
    },
    ...(column.right && { right: true }),
  }));
}

const userTable = <Line>(pick: PickUser<Line>) => columns(pick, ({ heading }) => heading);

/** A user's columns in CSV, under the API's names. */
export const userCsv = <Line>(pick: PickUser<Line>): readonly Column<Line>[] => columns(pick, ({ field }) => field);

const user = (line: User): User => line;
const userOf = (line: Subordinate | FundViewer): User | undefined => line.user;

/** Users in every form. */
export const userListing: Listing<User, User> = {
  noun: 'users',
  key: 'users',
  jsonOf: (line) => jsonOf(UserSchema, line),
  linesOf: (line) => [line],
  table: userTable(user),
  csv: userCsv(user),
};

const depth: Column<Subordinate> = { name: 'depth', of: (line) => String(line.depth), right: true };

/** Subordinates in every form. */
export const subordinateListing: Listing<Subordinate, Subordinate> = {
  noun: 'people',
  key: 'users',
  jsonOf: (line) => jsonOf(SubordinateSchema, line),
  linesOf: (line) => [line],
  table: [depth, ...userTable<Subordinate>(userOf)],
  csv: [...userCsv<Subordinate>(userOf), depth],
};

const bases: Column<FundViewer> = { name: 'bases', of: (line) => basesText(line.bases) };

/** Viewers of a fund in every form. */
export const viewerListing: Listing<FundViewer, FundViewer> = {
  noun: 'viewers',
  key: 'viewers',
  jsonOf: (line) => jsonOf(FundViewerSchema, line),
  linesOf: (line) => [line],
  table: [...userTable<FundViewer>(userOf), bases],
  csv: [...userCsv<FundViewer>(userOf), bases],
};

import type { OrgCheck } from '../org/org-check.ts';
import { buildOrgTree } from '@finance/domain';
import type { SqlConnection } from '../database/sql-connection.ts';

/** How many values fall on each number, in ascending order of the numbers. */
export type Distribution = readonly { readonly label: string; readonly count: number }[];

/** Figures of an org. */
export interface OrgStatistics {
  readonly roles: Readonly<Record<string, number>>;
  readonly departments: number;
  readonly levels: number;
  /** People by levels above them. */
  readonly depths: Distribution;
  /** Managers by direct reports. */
  readonly spans: Distribution;
  /** Managers by people below them, in powers of ten. */
  readonly subtreeSizes: Distribution;
  readonly largestSupervisors: readonly SupervisorFigures[];
}

export interface SupervisorFigures {
  readonly userId: string;
  readonly name: string;
  readonly department: string;
  readonly directReportCount: number;
  readonly subordinateCount: number;
}

const supervisorsShown = 10;

/** Reads all people once; the tree is computed from `parent_id`, not taken from the stored intervals. */
export async function orgStatistics(connection: SqlConnection): Promise<OrgStatistics> {
  const rows = await connection.all('SELECT id, name, role, department, parent_id FROM users ORDER BY id');
  const people: OrgCheck['people'] = rows.map((row) => ({
    userId: row['id'] as bigint,
    parentUserId: row['parent_id'] as bigint | null,
  }));
  const { intervals } = buildOrgTree(people);
  const reportsOf = new Map<bigint, number>();
  for (const { parentUserId } of people) {
    if (parentUserId !== null) reportsOf.set(parentUserId, (reportsOf.get(parentUserId) ?? 0) + 1);
  }
  const roles: Record<string, number> = {};
  for (const row of rows) roles[String(row['role'])] = (roles[String(row['role'])] ?? 0) + 1;
  const figures = rows.map((row): SupervisorFigures & { role: string } => {
    const userId = row['id'] as bigint;
    const interval = intervals.get(userId);
    return {
      userId: String(userId),
      name: String(row['name']),
      role: String(row['role']),
      department: String(row['department']),
      directReportCount: reportsOf.get(userId) ?? 0,
      subordinateCount: interval ? interval.right - interval.left : 0,
    };
  });
  const managers = figures.filter((person) => person.directReportCount > 0);
  const depths = [...intervals.values()].map((interval) => interval.depth);
  return {
    roles,
    departments: new Set(rows.map((row) => row['department'])).size,
    levels: depths.reduce((most, depth) => Math.max(most, depth + 1), 0),
    depths: distribution(depths, String, Number),
    spans: distribution(
      managers.map((person) => person.directReportCount),
      spanLabel,
      (span) => Math.min(span, 21),
    ),
    subtreeSizes: distribution(
      managers.map((person) => person.subordinateCount),
      sizeLabel,
      (size) => Math.floor(Math.log10(size)),
    ),
    largestSupervisors: figures
      .filter((person) => person.role === 'supervisor')
      .sort((a, b) => b.subordinateCount - a.subordinateCount)
      .slice(0, supervisorsShown)
      .map(({ role: _role, ...person }) => person),
  };
}

const spanLabel = (span: number): string => (span > 20 ? 'over 20' : String(span));

function sizeLabel(size: number): string {
  const from = 10 ** Math.floor(Math.log10(size));
  return `${from.toLocaleString('en')} to ${(from * 10 - 1).toLocaleString('en')}`;
}

function distribution(
  values: readonly number[],
  label: (value: number) => string,
  place: (value: number) => number,
): Distribution {
  const bins = new Map<number, { label: string; count: number }>();
  for (const value of values) {
    const bin = bins.get(place(value));
    if (bin) bin.count += 1;
    else bins.set(place(value), { label: label(value), count: 1 });
  }
  return [...bins].sort(([a], [b]) => a - b).map(([, bin]) => bin);
}

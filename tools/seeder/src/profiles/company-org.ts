import { randomField, type RandomField } from '../random/random-field.ts';
import { uniformBelow } from '../random/distributions.ts';
import { departments } from './departments.ts';
import { personNames } from './person-names.ts';
import type { Person } from './profile.ts';

/** Span of control: a manager has 4 to 12 direct reports; only a company too small for that has other spans. */
const spanMin = 4;
const spanMax = 12;
/** Who would lead fewer people leads none. */
const teamMin = spanMin;
/** How unevenly people are divided among siblings; gives about 8 levels at 10,000 people. */
const skew = 0.8;
/** Leaves who see everything: auditors and finance. */
const auditorShare = 0.005;

interface Node {
  readonly parent: number;
  readonly depth: number;
  /** The child of the root this node is below or is; 0 for the root. */
  readonly branch: number;
  readonly below: number;
}

/**
 * A company: user 1 is the head and an admin, user 2 leads the largest branch, user 3 is a leaf below user 2. Managers
 * are supervisors, leaves staff, about one leaf in 200 an admin. A department is a branch below the head.
 */
export function companyPeople(count: number, seed: number): Person[] {
  const nodes = divide(count, randomField(seed, 'company/spans'), randomField(seed, 'company/shares'));
  const userIds = numberNodes(nodes);
  const auditors = pickAuditors(nodes, userIds, randomField(seed, 'company/auditors'));
  const nameOf = personNames(seed);
  return nodes
    .map((node, index): Person => {
      const userId = userIds[index]!;
      const role = index === 0 || auditors.has(userId) ? 'admin' : node.below > 0 ? 'supervisor' : 'staff';
      return {
        userId,
        name: nameOf(userId),
        role,
        department: departments[node.branch === 0 ? 0 : 1 + ((node.branch - 1) % (departments.length - 1))]!,
        parentUserId: index === 0 ? null : userIds[node.parent]!,
      };
    })
    .sort((a, b) => a.userId - b.userId);
}

/** Level by level: each manager's people are divided among the direct reports, the largest share first. */
function divide(count: number, span: RandomField, share: RandomField): Node[] {
  const nodes: Node[] = [{ parent: -1, depth: 0, branch: 0, below: count - 1 }];
  let draws = 0;
  for (let parent = 0; parent < nodes.length; parent += 1) {
    const { below, depth, branch } = nodes[parent]!;
    if (below === 0) continue;
    const wanted = parent === 0 ? spanMax - 4 : spanMin + uniformBelow(spanMax - spanMin + 1, span(parent));
    // In a tiny company the head has one manager, so that every role exists.
    const reports = below <= spanMax ? (parent === 0 && below > 1 ? 1 : below) : wanted;
    const weights = Array.from({ length: reports }, (_, place) => (0.5 + share((draws += 1))) / (place + 1) ** skew);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const shares = weights
      .map((weight) => Math.floor(((below - reports) * weight) / total))
      .map((people) => (people < teamMin ? 0 : people))
      .sort((a, b) => b - a);
    const rest = below - reports - shares.reduce((sum, people) => sum + people, 0);
    if (shares[0]! + rest < teamMin) shares.push(...new Array<number>(rest).fill(0));
    else shares[0]! += rest;
    shares.forEach((people, place) =>
      nodes.push({ parent, depth: depth + 1, branch: parent === 0 ? place + 1 : branch, below: people }),
    );
  }
  return nodes;
}

/** Ids in level order, except that user 3 is the first leaf below user 2. */
function numberNodes(nodes: readonly Node[]): number[] {
  const userIds = nodes.map((_, index) => index + 1);
  const leaf = nodes.findIndex((node, index) => index > 1 && node.branch === 1 && node.below === 0);
  if (leaf > 1) [userIds[2], userIds[leaf]] = [userIds[leaf]!, userIds[2]!];
  return userIds;
}

function pickAuditors(nodes: readonly Node[], userIds: readonly number[], draw: RandomField): ReadonlySet<number> {
  const wanted = Math.round(nodes.length * auditorShare);
  const leaves = userIds.filter((userId, index) => nodes[index]!.below === 0 && userId > 3);
  return new Set(leaves.sort((a, b) => draw(a) - draw(b) || a - b).slice(0, wanted));
}

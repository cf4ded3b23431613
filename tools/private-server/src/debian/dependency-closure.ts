import { SetupError } from '../setup-error.ts';
import { compareDebianVersions, satisfiesVersion } from './debian-version.ts';
import type { VersionRelation } from './debian-version.ts';
import type { DebianPackage, PackagesIndex } from './packages-index.ts';

interface Requirement {
  readonly name: string;
  readonly relation: VersionRelation | undefined;
  readonly bound: string;
}

/**
 * The package and everything it depends on, each once, in the order found. An alternative that is already chosen wins
 * over an earlier one; otherwise the first that the index can satisfy, a real package before a provider of the name.
 * Requirements by a name in `leftOut` are not followed. Throws SetupError naming what cannot be satisfied.
 */
export function resolveDependencyClosure(
  index: PackagesIndex,
  rootName: string,
  leftOut: ReadonlySet<string> = new Set(),
): DebianPackage[] {
  const chosen = new Map<string, DebianPackage>();
  const queue: [alternatives: string, wantedBy: string][] = [[rootName, 'this tool']];
  for (let next = queue.shift(); next; next = queue.shift()) {
    const [alternatives, wantedBy] = next;
    const requirements = alternatives.split('|').map(parseRequirement);
    if (requirements.some((one) => leftOut.has(one.name))) continue;
    const candidates = requirements.flatMap((one) => candidatesFor(index, one));
    const found = candidates.find((one) => chosen.get(one.name) === one) ?? candidates[0];
    if (!found) {
      throw new SetupError(`the archive has nothing that satisfies "${alternatives.trim()}", needed by ${wantedBy}`);
    }
    if (chosen.get(found.name) === found) continue;
    chosen.set(found.name, found);
    for (const group of found.depends.split(',')) if (group.trim()) queue.push([group, found.name]);
  }
  return [...chosen.values()];
}

function candidatesFor(index: PackagesIndex, { name, relation, bound }: Requirement): DebianPackage[] {
  return (index.get(name) ?? [])
    .filter(({ version }) => !relation || (version !== undefined && satisfiesVersion(version, relation, bound)))
    .map((provider) => provider.package)
    .toSorted(
      (a, b) => Number(b.name === name) - Number(a.name === name) || compareDebianVersions(b.version, a.version),
    );
}

function parseRequirement(text: string): Requirement {
  const match = /^\s*([^\s:(]+)(?::\w+)?\s*(?:\(\s*(<<|<=|=|>=|>>)\s*([^)\s]+)\s*\))?/.exec(text);
  return { name: match?.[1] ?? '', relation: relationOf(match?.[2]), bound: match?.[3] ?? '' };
}

function relationOf(text: string | undefined): VersionRelation | undefined {
  const relations: readonly VersionRelation[] = ['<<', '<=', '=', '>=', '>>'];
  return relations.find((relation) => relation === text);
}

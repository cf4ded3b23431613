/** The relations a Debian dependency may state about a version. */
export type VersionRelation = '<<' | '<=' | '=' | '>=' | '>>';

/** Compares two Debian versions (epoch:upstream-revision) as Debian Policy 5.6.12 orders them: negative, 0, positive. */
export function compareDebianVersions(left: string, right: string): number {
  const a = split(left);
  const b = split(right);
  return a.epoch - b.epoch || comparePart(a.upstream, b.upstream) || comparePart(a.revision, b.revision);
}

/** Whether `version` stands in `relation` to `bound`. */
export function satisfiesVersion(version: string, relation: VersionRelation, bound: string): boolean {
  const order = compareDebianVersions(version, bound);
  switch (relation) {
    case '<<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '=':
      return order === 0;
    case '>=':
      return order >= 0;
    case '>>':
      return order > 0;
  }
}

function split(version: string): { epoch: number; upstream: string; revision: string } {
  const colon = version.indexOf(':');
  const rest = version.slice(colon + 1);
  const dash = rest.lastIndexOf('-');
  return {
    epoch: colon < 0 ? 0 : Number(version.slice(0, colon)),
    upstream: dash < 0 ? rest : rest.slice(0, dash),
    revision: dash < 0 ? '' : rest.slice(dash + 1),
  };
}

/** Alternately compares a run of non-digits and a run of digits until one differs. */
function comparePart(left: string, right: string): number {
  let a = left;
  let b = right;
  while (a || b) {
    const [wordA, wordB] = [/^\D*/.exec(a)?.[0] ?? '', /^\D*/.exec(b)?.[0] ?? ''];
    for (let i = 0; i < Math.max(wordA.length, wordB.length); i++) {
      const order = rank(wordA[i]) - rank(wordB[i]);
      if (order !== 0) return order;
    }
    a = a.slice(wordA.length);
    b = b.slice(wordB.length);
    const [digitsA, digitsB] = [/^\d*/.exec(a)?.[0] ?? '', /^\d*/.exec(b)?.[0] ?? ''];
    const order = Number(digitsA) - Number(digitsB);
    if (order !== 0) return order;
    a = a.slice(digitsA.length);
    b = b.slice(digitsB.length);
  }
  return 0;
}

/** A tilde sorts before the end of the text, letters after the end, everything else after the letters. */
function rank(char: string | undefined): number {
  if (char === undefined) return 0;
  if (char === '~') return -1;
  const code = char.charCodeAt(0);
  return /[A-Za-z]/.test(char) ? code : code + 256;
}

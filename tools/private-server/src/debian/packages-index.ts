/** What an archive's Packages index says about one package, as far as fetching and resolving need it. */
export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  /** `Pre-Depends` and `Depends`, joined as they stand. */
  readonly depends: string;
  readonly provides: string;
  /** Path below the archive's base address. */
  readonly filename: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** A package that satisfies a name, and the version under which it does (undefined: an unversioned Provides). */
export interface Provider {
  readonly package: DebianPackage;
  readonly version: string | undefined;
}

/** All packages of an index by real name and by the virtual names they provide, real ones first. */
export type PackagesIndex = ReadonlyMap<string, readonly Provider[]>;

/** Parses a Packages index (about 70,000 stanzas, a second). Stanzas without a file are left out. */
export function parsePackagesIndex(text: string): PackagesIndex {
  const real = new Map<string, Provider[]>();
  const virtual: [name: string, provider: Provider][] = [];
  for (let start = 0; start < text.length;) {
    const blank = text.indexOf('\n\n', start);
    const end = blank < 0 ? text.length : blank;
    const found = parseStanza(text.slice(start, end));
    start = end + 2;
    if (!found) continue;
    append(real, found.name, { package: found, version: found.version });
    for (const provided of found.provides.split(',')) {
      const match = /^\s*([^\s(:]+)(?::\w+)?\s*(?:\(=\s*([^)\s]+)\s*\))?/.exec(provided);
      if (match?.[1]) virtual.push([match[1], { package: found, version: match[2] }]);
    }
  }
  for (const [name, provider] of virtual) append(real, name, provider);
  return real;
}

function parseStanza(stanza: string): DebianPackage | undefined {
  const text = `\n${stanza}\n`;
  const field = (name: string): string => {
    const mark = `\n${name}: `;
    const at = text.indexOf(mark);
    return at < 0 ? '' : text.slice(at + mark.length, text.indexOf('\n', at + mark.length)).trim();
  };
  const [name, filename, sha256] = [field('Package'), field('Filename'), field('SHA256')];
  if (!name || !filename || !sha256) return undefined;
  return {
    name,
    version: field('Version'),
    depends: [field('Pre-Depends'), field('Depends')].filter(Boolean).join(', '),
    provides: field('Provides'),
    filename,
    sizeBytes: Number(field('Size')),
    sha256,
  };
}

function append(index: Map<string, Provider[]>, name: string, provider: Provider): void {
  const providers = index.get(name);
  if (providers) providers.push(provider);
  else index.set(name, [provider]);
}

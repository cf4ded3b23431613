import { SetupError, messageOf } from '../setup-error.ts';
import type { Progress } from '../settings.ts';
import { readAptSources } from './apt-sources.ts';
import type { AptSource } from './apt-sources.ts';
import { download } from './download.ts';
import { sha256FromRelease, suite, verifyRelease } from './release-file.ts';

/** A mirror that has Debian's unstable suite for this architecture. */
export interface UnstableArchive {
  readonly architecture: string;
  readonly baseUrl: string;
  readonly suiteUrl: string;
  /** The SHA256 the signed index gives for a file below suiteUrl. Throws SetupError when it has none. */
  readonly sha256Of: (path: string) => string;
}

/**
 * The first mirror of the machine's own apt sources that has the suite with a signature that is proven, so that it does
 * not matter who answers for its address. Throws SetupError if none has.
 */
export async function findUnstableArchive(architecture: string, progress: Progress): Promise<UnstableArchive> {
  const candidates = candidateSources(readAptSources(), architecture);
  const refusals = new Set<string>();
  for (const { uri, signedBy } of candidates) {
    const suiteUrl = `${uri}/dists/${suite}`;
    try {
      const inRelease = await download(`${suiteUrl}/InRelease`);
      const release = await verifyRelease(inRelease, signedBy, progress);
      return { architecture, baseUrl: uri, suiteUrl, sha256Of: (path) => hashFrom(release, path) };
    } catch (error) {
      refusals.add(messageOf(error));
    }
  }
  const tried = refusals.size > 0 ? [...refusals].join('; ') : 'no http(s) source with the component main in /etc/apt';
  throw new SetupError(
    `no mirror of this machine's apt sources has Debian's ${suite} suite, proven to be from Debian: ${tried}`,
  );
}

/** Addresses worth asking, each once: plausible Debian mirrors first, security and other vendors' archives last. */
export function candidateSources(sources: readonly AptSource[], architecture: string): AptSource[] {
  const usable = sources.filter(
    ({ uri, components, architectures }) =>
      /^https?:/.test(uri) &&
      components.includes('main') &&
      (architectures.length === 0 || architectures.includes(architecture)),
  );
  const firstOfEach = [...new Map(usable.toReversed().map((source) => [source.uri, source])).values()].toReversed();
  const looksLikeDebian = ({ uri }: AptSource) => Number(uri.endsWith('/debian'));
  return firstOfEach.toSorted((a, b) => looksLikeDebian(b) - looksLikeDebian(a));
}

function hashFrom(release: string, path: string): string {
  const sha256 = sha256FromRelease(release, path);
  if (!sha256) throw new SetupError(`Debian's ${suite} suite has no ${path}: this architecture is not in it`);
  return sha256;
}

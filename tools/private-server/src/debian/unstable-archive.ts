import { SetupError, messageOf } from '../setup-error.ts';
import type { Progress } from '../settings.ts';
import { readAptSources } from './apt-sources.ts';
import type { AptSource } from './apt-sources.ts';
import { download } from './download.ts';
import { sha256FromRelease, verifyRelease } from './release-file.ts';

/** The one suite of Debian that carries Oracle's MySQL (the releases carry MariaDB only) and current builds of others. */
const suite = 'unstable';

/** A mirror that has Debian's unstable suite for this architecture. */
export interface UnstableArchive {
  readonly architecture: string;
  readonly baseUrl: string;
  readonly suiteUrl: string;
  /** The SHA256 the signed index gives for a file below suiteUrl. Throws SetupError when it has none. */
  readonly sha256Of: (path: string) => string;
}

/** The first mirror of the machine's own apt sources that answers for the suite. Throws SetupError if none does. */
export async function findUnstableArchive(architecture: string, progress: Progress): Promise<UnstableArchive> {
  const candidates = candidateSources(readAptSources(), architecture);
  const refusals: string[] = [];
  for (const { uri, signedBy } of candidates) {
    const suiteUrl = `${uri}/dists/${suite}`;
    try {
      const inRelease = await download(`${suiteUrl}/InRelease`);
      await verifyRelease(inRelease, signedBy, progress);
      return { architecture, baseUrl: uri, suiteUrl, sha256Of: (path) => hashFrom(inRelease.toString(), path) };
    } catch (error) {
      refusals.push(messageOf(error));
    }
  }
  const tried = refusals.length > 0 ? refusals.join('; ') : 'no http(s) source with the component main in /etc/apt';
  throw new SetupError(`no mirror of this machine's apt sources has Debian's ${suite} suite: ${tried}`);
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

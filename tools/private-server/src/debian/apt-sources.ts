import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One archive the machine's package manager may use. */
export interface AptSource {
  /** Base address, without a slash at its end. */
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
  /** Empty = every architecture. */
  readonly architectures: readonly string[];
  /** Path of the keyring that must have signed the archive, when the source names one. */
  readonly signedBy: string | undefined;
}

/** Reads `sources.list`, `sources.list.d/*.list` and `*.sources` in the order apt does; unreadable files are skipped. */
export function readAptSources(aptFolder = '/etc/apt'): AptSource[] {
  const partsFolder = join(aptFolder, 'sources.list.d');
  const sources = parseSourcesList(readOrEmpty(join(aptFolder, 'sources.list')));
  for (const name of listOrEmpty(partsFolder).toSorted()) {
    const path = join(partsFolder, name);
    if (name.endsWith('.list')) sources.push(...parseSourcesList(readOrEmpty(path)));
    if (name.endsWith('.sources')) sources.push(...parseDeb822Sources(readOrEmpty(path)));
  }
  return sources;
}

/** Parses the one-line format: `deb [options] uri suite component...`; other lines are ignored. */
export function parseSourcesList(text: string): AptSource[] {
  const sources: AptSource[] = [];
  for (const line of text.split('\n')) {
    const match = /^\s*deb\s+(?:\[(?<options>[^\]]*)\]\s*)?(?<uri>\S+)\s+(?<suite>\S+)(?<components>[^#]*)/.exec(line);
    const { options = '', uri, suite, components = '' } = match?.groups ?? {};
    if (!uri || !suite) continue;
    const option = (name: string) =>
      words(options)
        .find((word) => word.startsWith(`${name}=`))
        ?.slice(name.length + 1);
    sources.push({
      uri: withoutSlash(uri),
      suite,
      components: words(components),
      architectures: (option('arch') ?? '').split(',').filter(Boolean),
      signedBy: keyringPath(option('signed-by')),
    });
  }
  return sources;
}

/** Parses the deb822 format: stanzas of `Field: value`, several URIs and suites each; disabled stanzas are left out. */
export function parseDeb822Sources(text: string): AptSource[] {
  const sources: AptSource[] = [];
  const lines = text.split('\n').filter((line) => !line.startsWith('#'));
  for (const stanza of lines.join('\n').split(/\n[ \t]*\n/)) {
    const fields = new Map<string, string>();
    for (const match of stanza.matchAll(/^([A-Za-z0-9-]+):((?:.*)(?:\n[ \t]+.*)*)/gm)) {
      fields.set((match[1] ?? '').toLowerCase(), (match[2] ?? '').trim());
    }
    const list = (name: string) => words(fields.get(name) ?? '');
    if (!list('types').includes('deb') || /^(no|false|0|off|disable)$/i.test(fields.get('enabled') ?? '')) continue;
    for (const uri of list('uris')) {
      for (const suite of list('suites')) {
        sources.push({
          uri: withoutSlash(uri),
          suite,
          components: list('components'),
          architectures: list('architectures'),
          signedBy: keyringPath(fields.get('signed-by')),
        });
      }
    }
  }
  return sources;
}

/** `Signed-By` may hold a whole key instead of a path; such a key says nothing about the unstable suite. */
function keyringPath(value: string | undefined): string | undefined {
  return value?.startsWith('/') ? value.split(/[\s,]/)[0] : undefined;
}

function words(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}

function withoutSlash(uri: string): string {
  return uri.replace(/\/+$/, '');
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function listOrEmpty(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setGlobalProxyFromEnv } from 'node:http';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { withLockFile } from '../lock-file.ts';
import { SetupError } from '../setup-error.ts';
import { runCommand } from '../run-command.ts';
import type { Progress } from '../settings.ts';
import { findUnstableArchive } from './unstable-archive.ts';
import type { UnstableArchive } from './unstable-archive.ts';
import { resolveDependencyClosure } from './dependency-closure.ts';
import { download } from './download.ts';
import { parsePackagesIndex } from './packages-index.ts';
import type { DebianPackage } from './packages-index.ts';

/** Mirrors answer small files slowly one by one; more than this gains nothing. */
const downloadsAtOnce = 4;
/** Silence for longer than this looks like a hang. */
const reportIntervalMs = 5000;
const unpackTimeoutMs = 120_000;

/** What is wanted of Debian's packages, and where it is kept. */
export interface PackageRequest {
  /** The package that carries the server. */
  readonly package: string;
  /** The server's program below the unpacked root; a cache without it is filled again. */
  readonly program: string;
  /** Dependencies the server does not need. */
  readonly leftOut?: ReadonlySet<string>;
  /** Folder of all caches, and the name of this one's folder in it. */
  readonly cacheFolder: string;
  readonly cacheName: string;
  readonly progress: Progress;
}

/** A package unpacked into the cache folder. */
export interface UnpackedPackage {
  /** Folder that stands for `/`. */
  readonly root: string;
  readonly version: string;
}

/**
 * Debian's newest build of a package with its dependencies, unpacked below the cache folder without installing anything.
 * Downloads on the first call only (about 10 MB for the index); every file is checked against the SHA256 of the
 * archive's index. Throws SetupError when this machine or its mirrors cannot give it.
 */
export async function ensureUnpackedPackage(request: PackageRequest): Promise<UnpackedPackage> {
  const folder = join(request.cacheFolder, request.cacheName);
  const present = readCurrent(folder, request);
  if (present) return present;
  const onWait = (pid: number) => request.progress(`waiting for process ${pid}, which is filling the cache folder`);
  return withLockFile(join(folder, 'lock'), onWait, async () => readCurrent(folder, request) ?? fill(folder, request));
}

async function fill(folder: string, request: PackageRequest): Promise<UnpackedPackage> {
  const architecture = await runCommand('dpkg', ['--print-architecture'], unpackTimeoutMs);
  if (architecture.code !== 0) throw new SetupError('dpkg is missing: this is not a Debian-like system');
  setGlobalProxyFromEnv();
  const archive = await findUnstableArchive(architecture.stdout.trim(), request.progress);
  const packages = resolveDependencyClosure(
    await readIndex(archive, folder, request.progress),
    request.package,
    request.leftOut,
  );
  const version = packages[0]?.version ?? '';
  const totalMb = packages.reduce((sum, one) => sum + one.sizeBytes, 0) / 1e6;
  request.progress(`downloading ${request.package} ${version}: ${packages.length} packages, ${totalMb.toFixed(1)} MB`);

  const name = `${version.replaceAll(/[^\w.+~-]/g, '_')}-${process.pid}`;
  const [draft, ready] = [join(folder, `${name}.draft`), join(folder, name)];
  for (const left of readdirSync(folder)) {
    if (left.endsWith('.draft')) rmSync(join(folder, left), { recursive: true, force: true });
  }
  await unpackAll(archive, packages, draft, request.progress);
  renameSync(draft, ready);
  const current = join(folder, 'current.json');
  writeFileSync(`${current}.draft`, JSON.stringify({ name, version, packages: packages.map((one) => one.filename) }));
  renameSync(`${current}.draft`, current);
  request.progress(`unpacked into ${ready}`);
  return { root: ready, version };
}

function readCurrent(folder: string, request: PackageRequest): UnpackedPackage | undefined {
  try {
    const { name, version }: { name: string; version: string } = JSON.parse(
      readFileSync(join(folder, 'current.json'), 'utf8'),
    );
    const root = join(folder, name);
    return existsSync(join(root, request.program)) ? { root, version } : undefined;
  } catch {
    return undefined;
  }
}

async function readIndex(archive: UnstableArchive, folder: string, progress: Progress) {
  const hasXz = (await runCommand('xz', ['--version'], unpackTimeoutMs)).code === 0;
  const name = `main/binary-${archive.architecture}/Packages.${hasXz ? 'xz' : 'gz'}`;
  progress('reading the package index');
  const bytes = await download(`${archive.suiteUrl}/${name}`, archive.sha256Of(name));
  if (!hasXz) return parsePackagesIndex(gunzipSync(bytes).toString());
  const path = join(folder, 'Packages.xz');
  writeFileSync(path, bytes);
  const { code, stdout, stderr } = await runCommand('xz', ['-dc', path], unpackTimeoutMs);
  rmSync(path, { force: true });
  if (code !== 0) throw new SetupError(`cannot unpack the package index: ${stderr.trim()}`);
  return parsePackagesIndex(stdout);
}

async function unpackAll(
  archive: UnstableArchive,
  packages: readonly DebianPackage[],
  draft: string,
  progress: Progress,
): Promise<void> {
  mkdirSync(draft, { recursive: true });
  let left = packages.length;
  const report = setInterval(() => progress(`still downloading: ${left} packages left`), reportIntervalMs);
  const queue = packages.toSorted((a, b) => b.sizeBytes - a.sizeBytes);
  // Two dpkg-deb at once may race to create the same folder, so unpacking is a chain beside the downloads.
  let unpacked = Promise.resolve();
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const one = next;
      const path = join(draft, `${one.name}.deb`);
      writeFileSync(path, await download(`${archive.baseUrl}/${one.filename}`, one.sha256));
      unpacked = unpacked.then(() => unpack(path, draft));
      await unpacked;
      left--;
    }
  };
  try {
    await Promise.all(Array.from({ length: downloadsAtOnce }, worker));
  } finally {
    clearInterval(report);
  }
}

async function unpack(path: string, root: string): Promise<void> {
  const { code, stderr } = await runCommand('dpkg-deb', ['-x', path, root], unpackTimeoutMs);
  if (code !== 0) throw new SetupError(`dpkg-deb cannot unpack ${path}: ${stderr.trim()}`);
  rmSync(path);
}

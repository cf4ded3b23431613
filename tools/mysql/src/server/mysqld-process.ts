import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandLineOf, messageOf, SetupError } from '@finance/private-server';
import type { MysqldBinary } from '../sources/mysqld-binary.ts';
import type { MysqlSettings } from '../settings.ts';
import { baseFlags, lastLines, mysqldEnvironment } from './data-folder.ts';
import { grantStatements } from './grants-sql.ts';
import type { InstancePaths, InstanceRecord } from './instance-files.ts';
import { serverFlags } from './server-flags.ts';
import { waitUntilReady } from './wait-until-ready.ts';

/** A log beyond this is started afresh, so that it never fills a disk. */
const logMaxBytes = 10 * 1024 * 1024;
/** A clean stop writes all changed pages of the buffer pool; on a slow disk that takes most of a minute. */
const stopMaxMs = 60_000;
const pollIntervalMs = 50;

/** The process id of this folder's server; undefined when it does not run, whatever an old pid file says. */
export function runningPid(paths: InstancePaths): number | undefined {
  let pid: number;
  try {
    pid = Number(readFileSync(paths.pid, 'utf8'));
  } catch {
    return undefined;
  }
  return commandLineOf(pid)?.includes(`--datadir=${paths.data} `) ? pid : undefined;
}

/**
 * Starts the server detached from this process and waits until it answers as `record.user`. It accepts connections
 * only after the grants have been applied. `extraFlags` win over the flags that every server has. Throws SetupError
 * with the end of its log when it does not come up.
 */
export async function startMysqld(
  binary: MysqldBinary,
  paths: InstancePaths,
  record: InstanceRecord,
  settings: MysqlSettings,
  extraFlags: readonly string[] = [],
): Promise<void> {
  for (const left of [paths.socket, `${paths.socket}.lock`]) rmSync(left, { force: true });
  writeFileSync(paths.initSql, grantStatements(record).join(';\n') + ';\n', { mode: 0o600 });
  const tooLong = (statSync(paths.log, { throwIfNoEntry: false })?.size ?? 0) > logMaxBytes;
  const log = openSync(paths.log, tooLong ? 'w' : 'a', 0o600);
  const logStart = tooLong ? 0 : (statSync(paths.log).size ?? 0);
  try {
    const child = spawn(binary.command, [...binary.args, ...runFlags(binary, paths, record), ...extraFlags], {
      cwd: settings.folder,
      detached: true,
      stdio: ['ignore', log, log],
      env: mysqldEnvironment(),
    });
    let ended: string | undefined;
    child.once('error', (error) => (ended = messageOf(error)));
    child.once('exit', (code, signal) => (ended = `it ended with ${signal ?? `code ${code}`}`));
    child.unref();
    if (child.pid) writeFileSync(paths.pid, String(child.pid), { mode: 0o600 });
    await waitUntilReady(record, settings, async () => {
      if (ended === undefined) return undefined;
      const words = lastLines(readFileSync(paths.log).subarray(logStart).toString());
      return `the server did not start, ${ended}:\n  ${words}\n  (log: ${paths.log})`;
    });
    child.removeAllListeners();
  } finally {
    closeSync(log);
    rmSync(paths.initSql, { force: true });
  }
}

/** Stops the process cleanly, by force after a minute; returns when it has gone. */
export async function stopMysqld(pid: number, paths: InstancePaths, settings: MysqlSettings): Promise<void> {
  const forceAt = Date.now() + stopMaxMs;
  let forced = false;
  process.kill(pid, 'SIGTERM');
  while (runningPid(paths) === pid) {
    if (forced && Date.now() > forceAt + stopMaxMs) throw new SetupError(`process ${pid} cannot be stopped`);
    if (!forced && Date.now() > forceAt) {
      settings.progress(
        `process ${pid} has not ended in ${stopMaxMs / 1000} s; killing it (it recovers on its next start)`,
      );
      process.kill(pid, 'SIGKILL');
      forced = true;
    }
    await sleep(pollIntervalMs);
  }
  rmSync(paths.pid, { force: true });
}

function runFlags(binary: MysqldBinary, paths: InstancePaths, record: InstanceRecord): string[] {
  return [
    ...baseFlags(binary, paths.data),
    `--port=${record.port}`,
    '--bind-address=127.0.0.1',
    `--socket=${paths.socket}`,
    `--init-file=${paths.initSql}`,
    ...serverFlags(),
  ];
}

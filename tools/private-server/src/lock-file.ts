import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SetupError } from './setup-error.ts';
import { processStartedAt } from './process-table.ts';

const pollIntervalMs = 150;
/** Longer than a first start with a slow download; beyond it something hangs and a person should look. */
const waitMaxMs = 15 * 60_000;
/** Breaking a stale lock takes microseconds, so a breaker this old has died. */
const breakerAgeMaxMs = 10_000;

/** Counts the locks tried by this process, so that two calls in one process do not take each other's for their own. */
let sequence = 0;

/**
 * Runs `action` while holding `path` as an exclusive lock among processes of this machine and calls of this process.
 * A lock whose owner has died, or whose process id now belongs to another process, is taken over.
 * `onWait` is called once, with the owner's process id, when the lock is held by somebody else.
 */
export async function withLockFile<T>(
  path: string,
  onWait: (ownerPid: number) => void,
  action: () => Promise<T>,
): Promise<T> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const mine = JSON.stringify({ pid: process.pid, startedAt: processStartedAt(process.pid), sequence: ++sequence });
  const draft = `${path}.${process.pid}.${sequence}`;
  writeFileSync(draft, mine, { mode: 0o600 });
  try {
    await acquire(path, draft, onWait);
  } finally {
    rmSync(draft, { force: true });
  }
  try {
    return await action();
  } finally {
    if (readOwner(path)?.text === mine) rmSync(path, { force: true });
  }
}

async function acquire(path: string, draft: string, onWait: (ownerPid: number) => void): Promise<void> {
  const giveUpAt = Date.now() + waitMaxMs;
  let told = false;
  while (!tryLink(draft, path)) {
    const owner = readOwner(path);
    if (owner && !owner.alive) {
      breakStale(path, draft, owner.text);
      continue;
    }
    if (owner && !told) {
      onWait(owner.pid);
      told = true;
    }
    if (Date.now() > giveUpAt) {
      const minutes = waitMaxMs / 60_000;
      throw new SetupError(
        `process ${owner?.pid} has held ${path} for ${minutes} minutes: end it, then run the command again`,
      );
    }
    await sleep(pollIntervalMs);
  }
}

/** A hard link appears at once with its content: nobody ever reads half a lock. */
function tryLink(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Only one process at a time may remove a stale lock, else the second would remove the first one's fresh lock. */
function breakStale(path: string, draft: string, staleText: string): void {
  const breaker = `${path}.break`;
  if (!tryLink(draft, breaker)) {
    const ageMs = Date.now() - (statSync(breaker, { throwIfNoEntry: false })?.ctimeMs ?? Date.now());
    if (ageMs > breakerAgeMaxMs) rmSync(breaker, { force: true });
    return;
  }
  try {
    if (readOwner(path)?.text === staleText) rmSync(path, { force: true });
  } finally {
    rmSync(breaker, { force: true });
  }
}

function readOwner(path: string): { pid: number; alive: boolean; text: string } | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  try {
    const { pid, startedAt }: { pid: number; startedAt: string } = JSON.parse(text);
    return { pid, alive: startedAt === processStartedAt(pid), text };
  } catch {
    return { pid: 0, alive: false, text };
  }
}

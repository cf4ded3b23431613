import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SetupError } from '../setup-error.ts';
import { runCommand } from '../run-command.ts';
import type { Progress } from '../settings.ts';

const debianKeyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
/** Text in front of it would be outside the signature. */
const signedTextStart = '-----BEGIN PGP SIGNED MESSAGE-----';
const verifyTimeoutMs = 30_000;

/** SHA256 of a file by its path below the suite's folder, from the text of a Release or InRelease file. */
export function sha256FromRelease(release: string, path: string): string | undefined {
  const section = /^SHA256:[ \t]*\n((?:[ \t].*\n?)*)/m.exec(release)?.[1] ?? '';
  for (const line of section.split('\n')) {
    const [sha256, , name] = line.trim().split(/\s+/);
    if (name === path) return sha256;
  }
  return undefined;
}

/**
 * Checks the signature of an InRelease file with gpgv and the keyring of the machine's apt. Throws SetupError when
 * the text was altered; only reports it when this machine cannot tell (no gpgv, no keyring, a key it does not know).
 */
export async function verifyRelease(inRelease: Buffer, keyring: string | undefined, progress: Progress): Promise<void> {
  const keyringPath = [keyring, debianKeyring].find((path) => path !== undefined && existsSync(path));
  if (!keyringPath) return progress('no archive keyring on this machine: the signature of the index is not checked');
  const folder = mkdtempSync(join(tmpdir(), 'finance-release-'));
  try {
    const path = join(folder, 'InRelease');
    writeFileSync(path, inRelease);
    const { stdout } = await runCommand('gpgv', ['--status-fd', '1', '--keyring', keyringPath, path], verifyTimeoutMs);
    const altered = /^\[GNUPG:\] BADSIG /m.test(stdout) || !inRelease.toString().startsWith(signedTextStart);
    if (altered) {
      throw new SetupError('the archive index from the mirror has a bad signature: its packages are not used');
    }
    if (!/^\[GNUPG:\] GOODSIG /m.test(stdout)) progress('the signature of the archive index could not be checked');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findOnPath } from '../find-on-path.ts';
import { runCommand, type CommandResult } from '../run-command.ts';
import { SetupError } from '../setup-error.ts';
import type { Environment, Progress } from '../settings.ts';

/** The one suite of Debian that carries Oracle's MySQL (the releases carry MariaDB only) and current builds of others. */
export const suite = 'unstable';
/** By the names that releases of Debian have given it. */
const debianKeyrings = ['gpg', 'pgp'].map((kind) => `/usr/share/keyrings/debian-archive-keyring.${kind}`);
const verifyTimeoutMs = 30_000;

/** A program of Debian that checks signatures: releases up to 12 have gpgv, later ones sqv. */
interface Verifier {
  readonly name: string;
  readonly argsFor: (keyring: string, signed: string, output: string) => readonly string[];
  /** Whether at least one key of the keyring vouches for the output; signatures of other keys are usual beside it. */
  readonly isGood: (result: CommandResult) => boolean;
}

const verifiers: readonly Verifier[] = [
  {
    name: 'gpgv',
    argsFor: (keyring, signed, output) => [
      '--status-fd',
      '1',
      '--weak-digest',
      'SHA1',
      '--keyring',
      keyring,
      '--output',
      output,
      signed,
    ],
    isGood: ({ stdout }) => /^\[GNUPG:\] GOODSIG /m.test(stdout) && !/^\[GNUPG:\] (?:BADSIG|ERROR) /m.test(stdout),
  },
  {
    name: 'sqv',
    argsFor: (keyring, signed, output) => ['--keyring', keyring, '--output', output, '--cleartext', signed],
    isGood: ({ code }) => code === 0,
  },
];

/** SHA256 of a file by its path below the suite's folder, from the text of a Release file. */
export function sha256FromRelease(release: string, path: string): string | undefined {
  const section = /^SHA256:[ \t]*\n((?:[ \t].*\n?)*)/m.exec(release)?.[1] ?? '';
  for (const line of section.split('\n')) {
    const [sha256, , name] = line.trim().split(/\s+/);
    if (name === path) return sha256;
  }
  return undefined;
}

/**
 * The text of an InRelease file that its signature covers, and nothing around it. The key is one of `keyring`, that of
 * the apt source, else one of Debian's. Throws SetupError, with what to do, whenever that is not proven. A file that
 * was valid until some day in the past is only reported: frozen mirrors have no other.
 */
export async function verifyRelease(
  inRelease: Buffer,
  keyring: string = debianKeyrings.find((path) => existsSync(path)) ?? debianKeyrings[0]!,
  progress: Progress,
  env: Environment = process.env,
): Promise<string> {
  const release = await signedText(inRelease, keyring, env);
  const field = (name: string) => new RegExp(`^${name}:[ \\t]*(.*)$`, 'm').exec(release)?.[1]?.trim();
  if (field('Suite') !== suite) {
    throw new SetupError(`the mirror's package index is of the suite "${field('Suite') ?? ''}", not of ${suite}`);
  }
  const validUntil = field('Valid-Until');
  if (validUntil !== undefined && Date.parse(validUntil) < Date.now()) {
    progress(`the mirror is behind: its package index was valid until ${validUntil}`);
  }
  return release;
}

async function signedText(inRelease: Buffer, keyring: string, env: Environment): Promise<string> {
  const [verifier, program] = findVerifier(env);
  if (!existsSync(keyring)) {
    throw new SetupError(`the keyring ${keyring} is missing. Run: apt-get install debian-archive-keyring`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'finance-release-'));
  try {
    const [signed, output] = [join(folder, 'InRelease'), join(folder, 'Release')];
    writeFileSync(signed, inRelease);
    const result = await runCommand(program, verifier.argsFor(keyring, signed, output), verifyTimeoutMs);
    if (!verifier.isGood(result)) {
      throw new SetupError(
        `the mirror's package index is not signed by a key of ${keyring}, or was altered: nothing of it is used. ` +
          `If the keys are old, run: apt-get install debian-archive-keyring (${verifier.name} says: ${wordsOf(result)})`,
      );
    }
    return readFileSync(output, 'utf8');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function findVerifier(env: Environment): [verifier: Verifier, program: string] {
  for (const verifier of verifiers) {
    const program = findOnPath(verifier.name, env)[0];
    if (program !== undefined) return [verifier, program];
  }
  throw new SetupError('neither gpgv nor sqv is there to check signatures of packages. Run: apt-get install gpgv');
}

function wordsOf({ stderr }: CommandResult): string {
  return stderr.trim().replaceAll(/\s+/g, ' ');
}

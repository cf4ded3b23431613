import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { sha256FromRelease, verifyRelease } from './release-file.ts';
import { keyring, otherKeyring, stableRelease, unstableRelease } from './testing/signed-releases.ts';

const folder = mkdtempSync(join(tmpdir(), 'finance-keyrings-'));
afterAll(() => rmSync(folder, { recursive: true }));
const [known, other] = [join(folder, 'known.gpg'), join(folder, 'other.gpg')];
writeFileSync(known, keyring);
writeFileSync(other, otherKeyring);

const packages = 'main/binary-amd64/Packages.xz';
const verify = (text: string, keys = known, said: string[] = []) =>
  verifyRelease(Buffer.from(text), keys, (line) => said.push(line));

test('hashes come from the SHA256 section only, by exact path', () => {
  const release =
    'Suite: x\nMD5Sum:\n 111 5 main/P.xz\nSHA256:\n aaa 5 main/P\n bbb 5 main/P.xz\nSHA512:\n ccc 5 main/P.gz\n';
  expect(sha256FromRelease(release, 'main/P.xz')).toBe('bbb');
  expect(sha256FromRelease(release, 'main/P.gz')).toBeUndefined();
});

test('what a known key has signed is taken; a mirror that has stopped is reported', async () => {
  const said: string[] = [];
  const release = await verify(unstableRelease, known, said);
  expect(sha256FromRelease(release, packages)).toBe('ee01ee01');
  expect(said).toEqual(['the mirror is behind: its package index was valid until Wed, 08 Jan 2025 00:00:00 UTC']);
});

test('text around the signed text is not taken', async () => {
  const forged = `SHA256:\n ff02ff02 1234 ${packages}\n`;
  for (const text of [`${forged}\n${unstableRelease}`, `${unstableRelease}${forged}`]) {
    const release = await verify(text);
    expect(sha256FromRelease(release, packages)).toBe('ee01ee01');
    expect(release).not.toContain('ff02ff02');
  }
});

test.each([
  ['no signature', unstableRelease.slice(0, unstableRelease.indexOf('-----BEGIN PGP SIGNATURE')), known],
  ['no armour at all', 'Suite: unstable\nSHA256:\n ee01ee01 1234 main/binary-amd64/Packages.xz\n', known],
  ['nothing', '', known],
  ['an altered text', unstableRelease.replace('ee01ee01', 'ee02ee02'), known],
  ["somebody else's key", unstableRelease, other],
  ['a keyring that is none', unstableRelease, import.meta.filename],
])('%s is refused', async (_, text, keys) => {
  await expect(verify(text, keys)).rejects.toThrow(
    /is not signed by a key of .*, or was altered: nothing of it is used/,
  );
});

test('what cannot be checked is refused with what to install', async () => {
  await expect(verify(unstableRelease, join(folder, 'none.gpg'))).rejects.toThrow(
    /none\.gpg is missing\. Run: apt-get install debian-archive-keyring/,
  );
  const withoutPrograms = verifyRelease(Buffer.from(unstableRelease), known, () => {}, { PATH: folder });
  await expect(withoutPrograms).rejects.toThrow(/neither gpgv nor sqv .* Run: apt-get install gpgv/);
});

test('another suite is refused, however well signed', async () => {
  await expect(verify(stableRelease)).rejects.toThrow('of the suite "stable", not of unstable');
});

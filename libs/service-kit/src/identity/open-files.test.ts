import { chmodSync, chownSync } from 'node:fs';
import { expect, it } from 'vitest';
import { recordingLog } from '../test-servers.ts';
import { temporaryFiles } from '../testing/temporary-files.ts';
import { warnOfOpenFiles } from './open-files.ts';

/** Which of the files, all of this mode, are warned of. */
function warnedOf(mode: number, prepare: (file: string) => void = () => undefined): string[] {
  const files = temporaryFiles({ credentials: '', key: '', cert: '', ca: '', jwks: '', data: '' });
  for (const file of Object.values(files)) {
    chmodSync(file, mode);
    prepare(file);
  }
  const { log, lines } = recordingLog();
  const config = {
    AUTH_CREDENTIALS_FILE: files.credentials,
    TLS_KEY_FILE: files.key,
    TLS_CERT_FILE: files.cert,
    TLS_CLIENT_CA_FILE: files.ca,
    AUTH_JWKS: files.jwks,
  };
  warnOfOpenFiles(config, [files.data, `${files.data}-wal`], log);
  const warned = lines.filter(({ level }) => level === 40).map(({ file }) => file);
  return Object.entries(files).flatMap(([name, file]) => (warned.includes(file) ? [name] : []));
}

it.each([
  [0o600, []],
  [0o640, ['credentials', 'key', 'data']],
  [0o644, ['credentials', 'key', 'data']],
  [0o660, ['credentials', 'key', 'cert', 'ca', 'jwks', 'data']],
  [0o602, ['credentials', 'key', 'cert', 'ca', 'jwks', 'data']],
])('files of mode %o', (mode, expected) => {
  expect(warnedOf(mode)).toEqual(expected);
});

// Only root can give files away.
it.runIf(process.getuid?.() === 0)('an administrator may let a service read through its group', () => {
  const own = process.getgid!();
  expect(warnedOf(0o640, (file) => chownSync(file, 12_345, own))).toEqual([]);
  expect(warnedOf(0o640, (file) => chownSync(file, 12_345, 12_345))).toEqual(['credentials', 'key', 'data']);
  expect(warnedOf(0o644, (file) => chownSync(file, 12_345, own))).toEqual(['credentials', 'key', 'data']);
});

it('keys at an address, and settings that name no file, are none', () => {
  const { log, lines } = recordingLog();
  warnOfOpenFiles({ AUTH_JWKS: 'https://issuer.example/keys' }, [], log);
  expect(lines).toEqual([]);
});

import { expect, test } from 'vitest';
import { sha256FromRelease } from './release-file.ts';

test('hashes come from the SHA256 section only, by exact path', () => {
  const release =
    'Suite: x\nMD5Sum:\n 111 5 main/P.xz\nSHA256:\n aaa 5 main/P\n bbb 5 main/P.xz\nSHA512:\n ccc 5 main/P.gz\n';
  expect(sha256FromRelease(release, 'main/P.xz')).toBe('bbb');
  expect(sha256FromRelease(release, 'main/P.gz')).toBeUndefined();
});

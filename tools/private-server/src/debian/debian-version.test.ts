import { expect, test } from 'vitest';
import { compareDebianVersions, satisfiesVersion } from './debian-version.ts';

test('versions are ordered as dpkg orders them', () => {
  const ascending = ['1.0~rc1', '1.0', '1.0-1', '1.0-1+b1', '1.0a', '1.0+x', '1.2', '1.10', '2.43-7', '1:0.9', '2:0.1'];
  for (let i = 0; i < ascending.length; i++) {
    for (let j = 0; j < ascending.length; j++) {
      expect(Math.sign(compareDebianVersions(ascending[i] ?? '', ascending[j] ?? ''))).toBe(Math.sign(i - j));
    }
  }
});

test('equal versions may be written differently', () => {
  expect(compareDebianVersions('0:1.0', '1.00')).toBe(0);
});

test('each relation includes its bound exactly when it should', () => {
  expect(satisfiesVersion('78.1-1', '>=', '78.1-1~')).toBe(true);
  expect(satisfiesVersion('8.4', '<<', '8.4')).toBe(false);
  expect(satisfiesVersion('8.4', '<=', '8.4')).toBe(true);
  expect(satisfiesVersion('8.4', '>>', '8.4')).toBe(false);
  expect(satisfiesVersion('8.4', '=', '8.4')).toBe(true);
});

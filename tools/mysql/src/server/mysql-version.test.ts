import { expect, test } from 'vitest';
import { versionFromBanner, versionObjection } from './mysql-version.ts';

test('MySQL 8.0 and newer is accepted, older ones and every MariaDB are refused with the reason', () => {
  const objection = (banner: string) => versionObjection(versionFromBanner(banner));
  expect(objection('/usr/sbin/mysqld  Ver 8.0.46 for Linux on x86_64 (MySQL Community Server - GPL)')).toBeUndefined();
  expect(objection('mysqld  Ver 9.7.4-2 for Linux on x86_64 ((Debian))')).toBeUndefined();
  expect(objection('mysqld  Ver 5.7.44 for Linux on x86_64')).toMatch(/5\.7\.44, and at least 8\.0/);
  expect(objection('mysqld  Ver 10.11.6-MariaDB-0+deb12u1 for debian-linux-gnu')).toMatch(/MariaDB/);
  expect(objection('mysqld  Ver 11.4.2 for Linux (MariaDB Server)')).toMatch(/MariaDB/);
  expect(objection('something else')).toMatch(/unknown/);
});

import { expect, test } from 'vitest';
import { pickFreePort } from '@finance/private-server';
import { ensureMysql } from './ensure-mysql.ts';
import { parseMysqlUrl } from './external-mysql.ts';

const secret = 'very-secret-word';

test('a MYSQL_URL that does not answer is an error with the place, the way out and no password', async () => {
  const port = await pickFreePort('external-mysql.test');
  const attempt = ensureMysql({ env: { MYSQL_URL: `mysql://me:${secret}@127.0.0.1:${port}/db` } });
  const error: unknown = await attempt.catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: 'SetupError' });
  expect(String(error)).toMatch(new RegExp(`127\\.0\\.0\\.1:${port}.*ECONNREFUSED.*unset MYSQL_URL`));
  expect(String(error)).not.toContain(secret);
});

test.each([`postgres://me:${secret}@h/db`, `${secret}`, 'mysql://h:3306/db', `mysql://me:${secret}@h:99999/db`])(
  'a malformed MYSQL_URL is refused without repeating it (%#)',
  async (text) => {
    const error: unknown = await ensureMysql({ env: { MYSQL_URL: text } }).catch((reason: unknown) => reason);
    expect(String(error)).toMatch(/must look like mysql:\/\//);
    expect(String(error)).not.toContain(secret);
  },
);

test('escaped characters, a missing port and IPv6 hosts are understood', () => {
  expect(parseMysqlUrl('mysql://u%40x:p%2Fw@[::1]/db')).toEqual({
    host: '::1',
    port: 3306,
    user: 'u@x',
    password: 'p/w',
  });
});

import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shellAssignment } from './status-text.ts';

test('an ordinary URL is printed bare', () => {
  const url = 'mysql://finance:0af3@127.0.0.1:23306/finance';
  expect(shellAssignment('MYSQL_URL', url)).toBe(`MYSQL_URL=${url}`);
});

test('a value with characters of the shell survives eval unchanged', () => {
  const value = "mysql://u:p'$(id)`x`@h/db?a=1&b=2 ;";
  const script = `${shellAssignment('VALUE', value)}; printf %s "$VALUE"`;
  expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(value);
});

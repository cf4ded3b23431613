import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './root.ts';

/** Where people read commands: texts, and the help and advice of the programs. */
const files = globSync(
  ['*.md', 'docs/**/*.md', 'docker-compose.yml', 'deploy/**/*', '{apps,libs,tools}/*/src/**/*.ts'],
  {
    cwd: root,
    exclude: (path) => path.endsWith('.test.ts'),
  },
).filter((path) => /\.\w+$/.test(path));

/** What a command line shows to everybody on the machine, and nx repeats; a report has masked it (`***`). */
const passwordAsArgument =
  /--url[ =]['"]?mysql:\/\/[^\s'"@]*:(?!\*\*\*@)[^\s'"@]*@|--password=|\bmysql\w* [^'\n]*\s-p\S/;

it('no documented command has a password among its arguments', () => {
  expect(files.length).toBeGreaterThan(500);
  const found = files.filter((path) => passwordAsArgument.test(readFileSync(join(root, path), 'utf8')));
  expect(found).toEqual([]);
});

it('the test knows a password when it sees one', () => {
  for (const line of [
    'x -- --url mysql://u:p@h/d',
    "--url 'mysql://u:p@h/d'",
    'mysqladmin ping --password="$P"',
    'mysqldump -uroot -psecret d',
  ]) {
    expect(passwordAsArgument.test(line), line).toBe(true);
  }
  for (const line of ['DATABASE_URL=mysql://u:p@h/d npx nx run x', '--url mysql://u:***@h/d', '--url mysql://…']) {
    expect(passwordAsArgument.test(line), line).toBe(false);
  }
});

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './root.ts';

/** The command line writes no files; that of MySQL gives each file its mode, because other programs call it, too. */
const withoutFiles = ['tools/cli/src/main.ts', 'tools/mysql/src/main.ts'];

it('every program makes what it writes private before it writes anything', () => {
  const programs = globSync('{apps,tools}/*/src/main.ts', { cwd: root }).filter((path) => !withoutFiles.includes(path));
  expect(programs.length).toBe(5);
  for (const path of programs) expect(readFileSync(join(root, path), 'utf8'), path).toMatch(/^ *writePrivately\(\);$/m);
});

import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './root.ts';

const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');
/** Targets of the links in a Markdown text. */
const linksIn = (text: string): string[] => [...text.matchAll(/\]\(([^()\s]+)\)/g)].map((match) => match[1]!);
/** Places that a link can name: headings, as GitHub spells them, and what has an id of its own. */
const anchorsIn = (text: string): string[] => [
  ...[...text.matchAll(/^#+ (.+)$/gm)].map((match) =>
    match[1]!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  ),
  ...[...text.matchAll(/<a id="([^"]+)">/g)].map((match) => match[1]!),
];

it('every link of the documents leads to a file, and to a heading where it names one', () => {
  const documents = globSync(['*.md', 'docs/**/*.md', 'tools/*/ghz/*.md'], { cwd: root });
  expect(documents).toContain('docs/security.md');
  for (const document of documents) {
    for (const link of linksIn(textOf(document)).filter((each) => !/^https?:/.test(each))) {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? document : join(dirname(document), path);
      expect(existsSync(join(root, target)), `${document}: ${link}`).toBe(true);
      if (anchor !== undefined) expect(anchorsIn(textOf(target)), `${document}: ${link}`).toContain(anchor);
    }
  }
});

it('every threat of docs/security.md has an answer and a test of it', () => {
  const table = textOf('docs/security.md').split('| threat | answer | test |\n|---|---|---|\n')[1]!.split('\n\n')[0]!;
  const rows = table.split('\n').map((line) => line.split(/\s*\|\s*/).slice(1, -1));
  expect(rows.length).toBeGreaterThan(20);
  for (const [threat = '', answer = '', tests = '', ...more] of rows) {
    expect([threat, answer].every((text) => text.length > 10) && more.length === 0, threat).toBe(true);
    expect(linksIn(tests).length, `${threat}: no test`).toBeGreaterThan(0);
    for (const test of linksIn(tests)) expect(test, threat).toMatch(/\.test\.ts$/);
  }
  expect(new Set(rows.map(([threat]) => threat)).size, 'a threat stands twice').toBe(rows.length);
});

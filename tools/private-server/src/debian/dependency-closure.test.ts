import { expect, test } from 'vitest';
import { resolveDependencyClosure } from './dependency-closure.ts';
import { parsePackagesIndex } from './packages-index.ts';

const fileOf = (name: string) => `Filename: pool/${name}.deb\nSize: 10\nSHA256: ${name.padEnd(64, '0')}\n`;
const stanza = (name: string, version: string, fields = '') =>
  `Package: ${name}\nVersion: ${version}\n${fields}${fileOf(name)}`;

function closure(root: string, stanzas: readonly string[], leftOut: readonly string[] = []): string[] {
  const packages = resolveDependencyClosure(parsePackagesIndex(stanzas.join('\n')), root, new Set(leftOut));
  return packages.map(({ name, version }) => `${name} ${version}`);
}

test('the index keeps what is needed to fetch a package and skips continued lines of other fields', () => {
  const index = parsePackagesIndex(
    `Package: a\nDescription: about\n Package: not-this\nVersion: 1:2-3\nPre-Depends: p\nDepends: b, c (>= 1)\n${fileOf('a')}`,
  );
  expect(index.get('a')?.[0]?.package).toEqual({
    name: 'a',
    version: '1:2-3',
    depends: 'p, b, c (>= 1)',
    provides: '',
    filename: 'pool/a.deb',
    sizeBytes: 10,
    sha256: 'a'.padEnd(64, '0'),
  });
});

test('everything is reached once, through Pre-Depends, qualifiers and cycles', () => {
  const stanzas = [
    stanza('a', '1', 'Pre-Depends: b\nDepends: c:any (>= 1), b\n'),
    stanza('b', '1', 'Depends: a\n'),
    stanza('c', '2'),
  ];
  expect(closure('a', stanzas)).toEqual(['a 1', 'b 1', 'c 2']);
});

test('of alternatives the first that can be satisfied is taken, one already chosen before it', () => {
  const stanzas = [stanza('b', '1'), stanza('c', '1'), stanza('d', '1', 'Depends: b | c\n')];
  expect(closure('a', [...stanzas, stanza('a', '1', 'Depends: gone | b | c\n')])).toEqual(['a 1', 'b 1']);
  expect(closure('a', [...stanzas, stanza('a', '1', 'Depends: c, d\n')])).toEqual(['a 1', 'c 1', 'd 1']);
});

test('a virtual name is satisfied by its provider, and versions only by a versioned Provides', () => {
  const provider = stanza('real', '9', 'Provides: virtual, versioned (= 2)\n');
  expect(closure('a', [provider, stanza('a', '1', 'Depends: virtual\n')])).toEqual(['a 1', 'real 9']);
  expect(closure('a', [provider, stanza('a', '1', 'Depends: versioned (>= 2)\n')])).toEqual(['a 1', 'real 9']);
  expect(() => closure('a', [provider, stanza('a', '1', 'Depends: virtual (>= 1)\n')])).toThrow(/virtual \(>= 1\)/);
});

test('of several versions the newest that fits is taken', () => {
  const stanzas = [stanza('b', '1'), stanza('b', '3'), stanza('b', '2')];
  expect(closure('a', [...stanzas, stanza('a', '1', 'Depends: b\n')])).toEqual(['a 1', 'b 3']);
  expect(closure('a', [...stanzas, stanza('a', '1', 'Depends: b (<< 3)\n')])).toEqual(['a 1', 'b 2']);
});

test('what is left out is not looked for, and what is missing is named with who needs it', () => {
  expect(closure('a', [stanza('a', '1', 'Depends: perl:any\n')], ['perl'])).toEqual(['a 1']);
  expect(() => closure('a', [stanza('a', '1', 'Depends: gone (>= 2)\n')])).toThrow(/"gone \(>= 2\)", needed by a/);
});

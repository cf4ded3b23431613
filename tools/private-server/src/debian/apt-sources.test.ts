import { expect, test } from 'vitest';
import { parseDeb822Sources, parseSourcesList } from './apt-sources.ts';
import { candidateSources } from './unstable-archive.ts';

test('the one-line format gives uri, suite, components and options, and skips what apt skips', () => {
  const text = `
# deb http://commented.example/debian stable main
deb http://a.example/debian/ bookworm main contrib # note
deb [arch=amd64,arm64 signed-by=/keys/b.gpg] https://b.example/debian sid main
deb-src http://a.example/debian bookworm main
`;
  expect(parseSourcesList(text)).toEqual([
    {
      uri: 'http://a.example/debian',
      suite: 'bookworm',
      components: ['main', 'contrib'],
      architectures: [],
      signedBy: undefined,
    },
    {
      uri: 'https://b.example/debian',
      suite: 'sid',
      components: ['main'],
      architectures: ['amd64', 'arm64'],
      signedBy: '/keys/b.gpg',
    },
  ]);
});

test('the deb822 format gives every uri with every suite, through comments, continued lines and inline keys', () => {
  const text = `Types: deb deb-src
# a comment inside a stanza
URIs: http://a.example/debian/ http://b.example/debian
Suites: bookworm
 bookworm-updates
Components: main
Signed-By: /keys/a.gpg

Types: deb
Enabled: no
URIs: http://off.example/debian
Suites: sid
Components: main

Types: deb
URIs: http://c.example/apt
Suites: stable
Components: main
Architectures: amd64
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 -----END PGP PUBLIC KEY BLOCK-----
`;
  const sources = parseDeb822Sources(text);
  expect(sources.map(({ uri, suite }) => `${uri} ${suite}`)).toEqual([
    'http://a.example/debian bookworm',
    'http://a.example/debian bookworm-updates',
    'http://b.example/debian bookworm',
    'http://b.example/debian bookworm-updates',
    'http://c.example/apt stable',
  ]);
  expect(sources[0]?.signedBy).toBe('/keys/a.gpg');
  expect(sources[4]).toMatchObject({ architectures: ['amd64'], signedBy: undefined });
});

test('each mirror is asked once, Debian-looking ones first, and unusable ones never', () => {
  const sources = parseSourcesList(`
deb https://vendor.example/tools nodistro main
deb http://a.example/debian bookworm main
deb http://a.example/debian bookworm-updates main
deb [arch=s390x] http://other-arch.example/debian bookworm main
deb cdrom:[disk]/ bookworm main
deb http://no-main.example/debian bookworm contrib
`);
  expect(candidateSources(sources, 'amd64').map(({ uri }) => uri)).toEqual([
    'http://a.example/debian',
    'https://vendor.example/tools',
  ]);
});

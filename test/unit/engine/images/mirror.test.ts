import assert from 'node:assert/strict'
import {debianMirror} from '../../../../src/engine/images/mirror.js'

const cases: readonly (readonly [what: string, sources: string, mirror: string | undefined])[] = [
  ['nothing', '', undefined],
  ['one line', 'deb http://mirror.example/debian bookworm main\n', 'http://mirror.example/debian'],
  ['a trailing slash', 'deb http://mirror.example/debian/ bookworm main', 'http://mirror.example/debian'],
  [
    'options',
    'deb [arch=amd64 signed-by=/x.gpg] https://m.example/pub/debian sid main',
    'https://m.example/pub/debian',
  ],
  ['a comment', '# deb http://old.example/debian buster main', undefined],
  ['sources of programs', 'deb-src http://mirror.example/debian bookworm main', undefined],
  ['a disk', 'deb cdrom:[Debian GNU/Linux 12]/ bookworm main', undefined],
  [
    'security first',
    'deb http://mirror.example/debian-security bookworm-security main\ndeb http://mirror.example/debian bookworm main',
    'http://mirror.example/debian',
  ],
  [
    'updates before the suite itself',
    'deb http://a.example/debian bookworm-updates main\ndeb http://b.example/debian bookworm main',
    'http://b.example/debian',
  ],
  [
    "somebody else's packages first",
    'deb https://packages.example/apt stable main\n\ndeb http://mirror.example/debian trixie main',
    'http://mirror.example/debian',
  ],
  ['Ubuntu', 'deb http://mirror.example/ubuntu noble main universe', undefined],
  [
    'stanzas',
    'Types: deb\n# a comment\nURIs: http://mirror.example/debian\nSuites: trixie trixie-updates\nComponents: main\n\n' +
      'Types: deb\nURIs: http://mirror.example/debian-security\nSuites: trixie-security\n',
    'http://mirror.example/debian',
  ],
  [
    'values on lines of their own',
    'Types: deb deb-src\nURIs:\n http://mirror.example/debian\nSuites:\n trixie\n trixie-updates\n',
    'http://mirror.example/debian',
  ],
  ['a stanza of sources', 'Types: deb-src\nURIs: http://mirror.example/debian\nSuites: trixie\n', undefined],
  ['a stanza that is off', 'Enabled: no\nTypes: deb\nURIs: http://mirror.example/debian\nSuites: trixie\n', undefined],
]

describe('debianMirror', () => {
  for (const [what, sources, mirror] of cases) it(what, () => assert.equal(debianMirror(sources), mirror))
})

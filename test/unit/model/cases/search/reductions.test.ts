import assert from 'node:assert/strict'
import {parseCase} from '../../../../../src/model/cases/parse-case.js'
import {partsOf, withoutParts} from '../../../../../src/model/cases/search/reductions.js'
import {allReleases, findRelease} from '../../../../../src/model/releases/index.js'

const TEXT = `# The bug.
name: bug
lab:
  release: mini
  components:
    # Two, as production has.
    gateway: {replicas: 2, overlay: gw.toml}
files:
  gw.toml: |
    [apim.cors]
    enable = false
    allow_origins = "*"
given:
  - api: {name: pizza}
when:
  # first
  - exec: {node: gateway-1, command: 'true'}
  # second
  - config: {on: gateway, set: {a.b: 1, a.c: 2}}
  # third
  - stop: traffic-manager
then:
  symptom:
    - call: {path: /x} # seen
`

const known = {components: ['gateway', 'traffic-manager', 'key-manager', 'publisher', 'devportal']}
const read = (text: string) => parseCase(text, 'bug.yaml', known)
const parts = partsOf(read(TEXT), findRelease('mini', allReleases('0')))
const dropped = (...texts: readonly string[]) =>
  withoutParts(
    TEXT,
    texts.map(text => parts.find(part => part.text === text)!),
  )

describe('parts of a case', () => {
  it('are its steps, keys and nodes, but not its signs', () => {
    assert.deepEqual(
      parts.map(({text}) => text),
      [
        'when: exec gateway-1: true',
        'when: config gateway: a.b, a.c',
        'when: a.b of config gateway: a.b, a.c',
        'when: a.c of config gateway: a.b, a.c',
        'when: stop traffic-manager',
        'given: api pizza',
        'node: key-manager',
        'node: traffic-manager',
        'node: publisher',
        'node: devportal',
        'nodes: analytics',
        'lab: components.gateway.replicas',
        'lab: components.gateway.overlay',
        'gw.toml: apim.cors.enable',
        'gw.toml: apim.cors.allow_origins',
      ],
    )
  })

  it('go one by one or together, and comments of the others stay', () => {
    const text = dropped('when: exec gateway-1: true', 'when: stop traffic-manager', 'gw.toml: apim.cors.enable')
    assert.match(text, /^# The bug\.$/m)
    assert.match(text, /# Two, as production has\./)
    assert.match(text, /# second\n {2}- config:/)
    assert.match(text, /# seen/)
    assert.doesNotMatch(text, /# first|# third|enable = false/)
    assert.deepEqual(read(text).when, [{config: {on: 'gateway', set: {'a.b': 1, 'a.c': 2}}}])
    assert.match(read(text).files!['gw.toml']!, /allow_origins/)
  })

  it('leave no empty block, and no text that nothing names', () => {
    const text = dropped('lab: components.gateway.replicas', 'lab: components.gateway.overlay', 'given: api pizza')
    const {lab, files, given} = read(text)
    assert.deepEqual([lab, files, given], [{release: 'mini'}, undefined, undefined])
  })

  it('that are nodes are told to be none', () => {
    const {lab} = read(dropped('node: publisher', 'nodes: analytics', 'lab: components.gateway.replicas'))
    assert.deepEqual(lab, {
      release: 'mini',
      analytics: false,
      components: {gateway: {overlay: 'gw.toml'}, publisher: {replicas: 0}},
    })
  })

  it('can all go: what is left is a case', () => {
    assert.deepEqual(Object.keys(read(withoutParts(TEXT, parts))), ['name', 'lab', 'then'])
  })
})

import assert from 'node:assert/strict'
import {LabError} from '../../../src/errors.js'
import {keptJson, parseKept} from '../../../src/model/kept-settings.js'
import type {LabSettings} from '../../../src/model/settings.js'
import {DEFAULTS} from '../../../src/model/settings.js'

const SETTINGS: LabSettings = {
  lab: 'demo',
  release: 'mini',
  ...DEFAULTS,
  portOffset: 100,
  hosts: 'one',
  host: 'apim.example.com',
  components: {
    'load-balancer': {config: {path: 'nginx.conf', content: 'events {}\n'}},
    publisher: {
      replicas: 0,
      certificate: 'untrusted',
      trustStore: {path: 't.jks', source: '/t.jks', sha256: 'b'.repeat(64)},
    },
    gateway: {
      replicas: 2,
      memoryMb: 256,
      environment: {A: '007'},
      image: 'mine:1',
      overlay: {path: 'gateway.toml', content: 'a = 1\n'},
    },
  },
}

const conflict = (message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof LabError)
  assert.equal(error.code, 'settings-conflict')
  assert.match(error.message, message)
  assert.deepEqual(error.next, ['apim-lab up --reset'])
  return true
}

describe('kept settings', () => {
  it('come back as they were', () => assert.deepEqual(parseKept(keptJson(SETTINGS)), SETTINGS))

  it('are the same text whatever the order of components', () => {
    const turned = {...SETTINGS, components: Object.fromEntries(Object.entries(SETTINGS.components).toReversed())}
    assert.equal(keptJson(turned), keptJson(SETTINGS))
  })

  it('are a text that people can read, with its version first', () => {
    assert.ok(keptJson(SETTINGS).startsWith('{\n  "version": 1,\n  "lab": "demo",\n'))
    assert.ok(keptJson(SETTINGS).endsWith('}\n'))
  })

  it('may be few', () => assert.deepEqual(parseKept('{"version": 1, "portOffset": 5}'), {portOffset: 5}))

  it('leave out what nobody knows', () => assert.deepEqual(parseKept('{"version": 1, "later": true}'), {}))

  it('of another version are named, with the way out', () => {
    assert.throws(() => parseKept('{"version": 2}'), conflict(/it has version 2, and this apim-lab knows version 1/))
    assert.throws(() => parseKept('{}'), conflict(/has no version/))
    assert.throws(() => parseKept('{"version": "1"}'), conflict(/has no version/))
  })

  const damaged: readonly (readonly [text: string, message: RegExp])[] = [
    ['', /is invalid JSON/],
    ['{"version": 1', /is invalid JSON/],
    ['null', /has no version/],
    ['[]', /has no version/],
    ['{"version": 1, "portOffset": "x"}', /portOffset: expected a whole number/],
    ['{"version": 1, "lab": "../x"}', /lab: expected a name/],
    ['{"version": 1, "address": "$(id)"}', /address: expected an IP address/],
    ['{"version": 1, "mysqlImage": "a b"}', /mysqlImage: expected an image/],
    ['{"version": 1, "components": {"gateway": {"replicas": -1}}}', /components\.gateway\.replicas: expected/],
    ['{"version": 1, "components": []}', /components: /],
  ]
  for (const [text, message] of damaged) {
    it(`refuses ${text || 'nothing'}`, () => assert.throws(() => parseKept(text), conflict(message)))
  }

  it('are not misled by __proto__', () => {
    const kept = parseKept(
      '{"version": 1, "__proto__": {"portOffset": 5}, "components": {"__proto__": {"replicas": 5}}}',
    )
    assert.equal(kept.portOffset, undefined)
    assert.deepEqual(Object.keys(kept.components ?? {}), [])
    assert.equal(({} as Record<string, unknown>)['portOffset'], undefined)
  })
})

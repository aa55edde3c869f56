import assert from 'node:assert/strict'
import {hostsOf} from '../../../src/lab/hosts.js'
import {buildTopology} from '../../../src/model/build-topology.js'
import {mini} from '../../../src/model/releases/mini.js'
import {DEFAULTS, type LabSettings} from '../../../src/model/settings.js'

const of = (settings: Partial<LabSettings>) =>
  hostsOf(buildTopology({...DEFAULTS, lab: 'apim', release: 'mini', ...settings}, mini('1')))

describe('hostsOf', () => {
  it('has one line with every name that users see, each once', () => {
    const {lines, names} = of({})
    assert.equal(lines.length, 1)
    assert.equal(lines[0], `127.0.0.1 ${names.join(' ')}`)
    assert.ok(names.includes('publisher.apim.localhost'))
    assert.equal(new Set(names).size, names.length)
    assert.ok(!names.some(name => name.startsWith('traffic-manager')))
  })

  it('follows the name of the lab, its domain and its components', () => {
    const {names} = of({lab: 'second', domain: 'example.test', analytics: false})
    assert.ok(names.includes('gateway.second.example.test'))
    assert.ok(!names.some(name => name.startsWith('analytics')))
  })

  it('has one name where all components share it', () => {
    assert.deepEqual(of({hosts: 'one'}).names, ['apim.localhost'])
    assert.deepEqual(of({hosts: 'one', host: 'apim.example.com'}).names, ['apim.example.com'])
  })

  for (const [address, used] of [
    ['127.0.0.1', '127.0.0.1'],
    ['192.168.1.5', '192.168.1.5'],
    ['0.0.0.0', '127.0.0.1'],
    ['::', '127.0.0.1'],
    ['fd00::5', 'fd00::5'],
  ] as const)
    it(`published on ${address}, it is found at ${used}`, () => assert.equal(of({address}).address, used))
})

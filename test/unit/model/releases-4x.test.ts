import assert from 'node:assert/strict'
import type {LabSettings} from '../../../src/model/settings.js'
import {placeOf} from '../../../src/model/services.js'
import {LABS} from '../../support/golden-labs.js'
import {rendered, topology} from '../../support/lab.js'

/** Releases with a control plane. */
const NAMES = [...new Set(LABS.map(({release}) => release).filter(name => name.startsWith('4.')))]

const nodes = (count: Readonly<Record<string, number>>): Partial<LabSettings> => ({
  components: Object.fromEntries(Object.entries(count).map(([name, replicas]) => [name, {replicas}])),
})

const flows = (changes: Partial<LabSettings>, client: string, purpose: RegExp) =>
  topology(changes)
    .links.filter(link => link.client === client && purpose.test(link.purpose))
    .map(({server, port}) => `${server}:${port}`)

for (const release of NAMES)
  describe(`release ${release}`, () => {
    it('has a control plane, a traffic manager and a gateway, and a key manager where it is asked for', () => {
      const names = (changes: Partial<LabSettings>) =>
        topology({release, ...changes})
          .nodes.map(({name}) => name)
          .slice(0, -2)
      assert.deepEqual(names({}), ['control-plane-1', 'traffic-manager-1', 'gateway-1'])
      assert.deepEqual(names(nodes({'key-manager': 1})), [
        'key-manager-1',
        'control-plane-1',
        'traffic-manager-1',
        'gateway-1',
      ])
    })

    it('has tokens at the key manager, or else at the control plane, and gateways ask the same for them', () => {
      const token = (changes: Partial<LabSettings>) => placeOf('token', topology({release, ...changes}))?.component
      assert.equal(token({}), 'control-plane')
      assert.equal(token(nodes({'key-manager': 1})), 'key-manager')
      const keys = /opaque|JWKS/
      assert.deepEqual(flows({release}, 'gateway', keys), ['control-plane:9443', 'control-plane:9443'])
      assert.deepEqual(flows({release, ...nodes({'key-manager': 1})}, 'gateway', keys), [
        'key-manager:9443',
        'key-manager:9443',
      ])
    })

    it('has throttling at the traffic manager, or else at the control plane', () => {
      const throttling = /throttling/
      assert.deepEqual(
        new Set(flows({release}, 'gateway', throttling)),
        new Set(['traffic-manager:9611', 'traffic-manager:9711', 'traffic-manager:5672']),
      )
      assert.deepEqual(
        new Set(flows({release, ...nodes({'traffic-manager': 0})}, 'gateway', throttling)),
        new Set(['control-plane:9611', 'control-plane:9711', 'control-plane:5672']),
      )
    })

    it('has one environment, whose host is the one that clients call, however many gateways there are', () => {
      const {files} = rendered({release, ...nodes({gateway: 3})})
      const toml = files
        .find(({path}) => path.includes('control-plane-1') && path.endsWith('.toml'))!
        .content.toString()
      assert.equal(toml.match(/\[\[apim\.gateway\.environment\]\]/g)?.length, 1)
      assert.match(toml, /^https_endpoint = "https:\/\/gateway\.apim\.localhost:8243"$/m)
    })

    it('says what there is in place of analytics, and verify does not know it yet', () => {
      const {release: spec} = topology({release})
      assert.ok(!spec.components.some(({analytics}) => analytics))
      assert.ok(spec.analyticsInstead)
      assert.equal(spec.walk, undefined)
    })
  })

describe('a debugger', () => {
  const debugged = (release: string) => {
    const {project} = rendered({release, components: {gateway: {debugPort: 5005}}})
    return project.services['gateway-1']!
  }

  it('is told of in JAVA_OPTS where one JVM reads them', () => {
    assert.match(debugged('4.2.0').environment?.['JAVA_OPTS'] ?? '', /jdwp.*address=\*:5005/)
  })

  it('is an argument of the start script where a second JVM would take the port', () => {
    for (const release of ['4.3.0', '4.4.0']) {
      const {environment, command} = debugged(release)
      assert.equal(environment?.['JAVA_OPTS'], undefined)
      assert.deepEqual(command, ['-debug', '0.0.0.0:5005'])
    }
  })
})

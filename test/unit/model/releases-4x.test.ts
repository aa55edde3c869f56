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

    it('says what there is in place of analytics, and has a walk without them', () => {
      const {release: spec} = topology({release})
      assert.ok(!spec.components.some(({analytics}) => analytics))
      assert.ok(spec.analyticsInstead)
      const {walk} = spec
      assert.ok(walk && !walk.links.counted && !walk.links.alert && !walk.links.opaque && walk.links.undeploy)
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
    for (const release of NAMES.filter(name => name > '4.2.0')) {
      const {environment, command} = debugged(release)
      assert.equal(environment?.['JAVA_OPTS'], undefined)
      assert.deepEqual(command, ['-debug', release === '4.7.0' ? '5005' : '0.0.0.0:5005'])
    }
  })
})

/** What each node's deployment.toml says. */
const tomls = (changes: Partial<LabSettings>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    rendered(changes)
      .files.filter(({path}) => path.endsWith('deployment.toml'))
      .map(({path, content}) => [path.split('/').at(-4) ?? '', content.toString()]),
  )

describe('releases with an image for each role', () => {
  const PER_ROLE = ['4.5.0', '4.6.0', '4.7.0']

  it('run a role as the image that it is, and the key manager as the control plane that is told so', () => {
    for (const release of PER_ROLE) {
      const lab = topology({release, ...nodes({'key-manager': 1})})
      const seen = lab.nodes
        .slice(0, -2)
        .map(({image, environment, spec}) => [image, environment['PROFILE_NAME'], spec.home.split('/').at(-1)])
      assert.deepEqual(seen, [
        [`wso2/wso2am-acp:${release}`, 'key-manager', `wso2am-acp-${release}`],
        [`wso2/wso2am-acp:${release}`, undefined, `wso2am-acp-${release}`],
        [`wso2/wso2am-tm:${release}`, undefined, `wso2am-tm-${release}`],
        [`wso2/wso2am-universal-gw:${release}`, undefined, `wso2am-universal-gw-${release}`],
      ])
    }
  })

  it('have the one role that their packs know', () => {
    for (const release of PER_ROLE)
      for (const [node, text] of Object.entries(tomls({release})))
        assert.match(text, /^server_role = "default"$/m, node)
  })

  it('give gateways a name that the control plane knows them by, from 4.6.0 on', () => {
    const ids = (release: string) =>
      Object.values(tomls({release, ...nodes({gateway: 2})})).flatMap(
        text => /gateway_id = "(.*)"/.exec(text)?.[1] ?? [],
      )
    assert.deepEqual(PER_ROLE.map(ids), [[], ['gateway-1', 'gateway-2'], ['gateway-1', 'gateway-2']])
  })

  it('encrypt with one key on all nodes, from 4.7.0 on', () => {
    const keys = (release: string) =>
      Object.values(tomls({release, ...nodes({'key-manager': 1})})).map(
        text => /^\[encryption\]\nkey = "([0-9a-f]{64})"$/m.exec(text)?.[1],
      )
    assert.deepEqual(keys('4.6.0'), [undefined, undefined, undefined, undefined])
    const [first, ...others] = keys('4.7.0')
    assert.ok(first)
    assert.deepEqual(others, [first, first, first])
  })

  it('have no account of a gateway and a traffic manager of 4.7.0, but a gateway of several tenants', () => {
    const accounts = (changes: Partial<LabSettings>) =>
      topology({release: '4.7.0', ...changes})
        .nodes.filter(({databases}) => databases.length > 0)
        .map(({name}) => name)
    assert.deepEqual(accounts({}), ['control-plane-1'])
    assert.deepEqual(accounts({multiTenancy: true}), ['control-plane-1', 'gateway-1'])
    assert.deepEqual(accounts({gatewaySharedDb: true}), ['control-plane-1', 'gateway-1'])
    assert.doesNotMatch(tomls({release: '4.7.0'})['gateway-1'] ?? '', /^\[database/m)
  })
})

describe('the links of 4.x', () => {
  /** `gateway > control-plane:9443 key`, of those that flow. */
  const table = (changes: Partial<LabSettings>) =>
    topology(changes)
      .links.filter(({use}) => use === 'used')
      .map(({client, server, port, address}) => `${client} > ${server}:${port} ${address?.key ?? 'no key'}`)

  const GATEWAY = [
    'gateway > control-plane:9443 apim.event_hub.service_url',
    'gateway > control-plane:5672 apim.event_hub.event_listening_endpoints[]',
    'gateway > traffic-manager:9611 apim.throttling.url_group[].traffic_manager_urls[]',
    'gateway > traffic-manager:9711 apim.throttling.url_group[].traffic_manager_auth_urls[]',
    'gateway > traffic-manager:5672 apim.throttling.throttle_decision_endpoints[]',
  ]
  const TRAFFIC_MANAGER = [
    'traffic-manager > control-plane:9443 apim.event_hub.service_url',
    'traffic-manager > control-plane:5672 apim.event_hub.event_listening_endpoints[]',
  ]
  const KEY_MANAGER = [
    'key-manager > control-plane:9443 event_listener[].properties.notification_endpoint',
    'key-manager > control-plane:9443 apim.event_hub.service_url',
    'key-manager > control-plane:5672 apim.event_hub.event_listening_endpoints[]',
    'key-manager > control-plane:9611 apim.event_hub.publish.url_group[].urls[]',
    'key-manager > control-plane:9711 apim.event_hub.publish.url_group[].auth_urls[]',
  ]
  // Not between two nodes of one component, where there is one of it.
  const between = (lines: readonly string[]) => lines.filter(line => !/^(\S+) > \1:/.test(line))

  it('are these, in a lab with a key manager', () => {
    assert.deepEqual(between(table({release: '4.2.0', ...nodes({'key-manager': 1})})), [
      'gateway > key-manager:9443 apim.key_manager.service_url',
      'gateway > key-manager:9443 no key',
      ...GATEWAY,
      ...TRAFFIC_MANAGER,
      ...KEY_MANAGER,
      'control-plane > key-manager:9443 apim.key_manager.service_url',
    ])
  })

  it('lead to the control plane for what a lab has no key manager and no traffic manager for', () => {
    assert.deepEqual(between(table({release: '4.2.0', ...nodes({'traffic-manager': 0})})), [
      ...GATEWAY.slice(0, 2),
      'gateway > control-plane:9443 apim.key_manager.service_url',
      'gateway > control-plane:9443 no key',
      ...GATEWAY.slice(2).map(line => line.replace('> traffic-manager', '> control-plane')),
    ])
  })

  it('are one more from 4.6.0 on: gateways tell that they live', () => {
    const more = (release: string) => table({release}).filter(line => !table({release: '4.5.0'}).includes(line))
    const count = (release: string) => table({release}).length - table({release: '4.5.0'}).length
    assert.deepEqual([more('4.6.0'), count('4.6.0'), count('4.7.0'), count('4.1.0')], [[], 1, 1, 0])
    assert.deepEqual(flows({release: '4.6.0'}, 'gateway', /heartbeat/), ['control-plane:9443'])
  })

  it('of 4.0.0 have no block conditions at the control plane, and copy events by another key', () => {
    assert.deepEqual(flows({release: '4.0.0'}, 'gateway', /topics.*block conditions/), [])
    assert.deepEqual(flows({release: '4.1.0'}, 'gateway', /topics.*block conditions/), ['control-plane:5672'])
    const copies = (release: string) =>
      table({release, ...nodes({'control-plane': 2})}).filter(line =>
        line.startsWith('control-plane > control-plane:5672'),
      )
    assert.deepEqual(copies('4.0.0'), ['control-plane > control-plane:5672 apim.throttling.event_duplicate_url[]'])
    assert.deepEqual(copies('4.7.0'), ['control-plane > control-plane:5672 apim.event_hub.event_duplicate_url[]'])
  })
})

import assert from 'node:assert/strict'
import {join} from 'node:path'
import {readToml} from '../../../src/config/toml-source.js'
import {readKeyPath} from '../../../src/model/key-path.js'
import {componentNodes} from '../../../src/model/link-pairs.js'
import {faultsOf, FIXTURES, importSet, inputFiles, leafKeys, type ImportedSet} from '../../support/imports.js'

const done = new Map<string, ImportedSet>()

/** A set of the fixtures, imported; once for each set of options. */
function of(name: string, options: Parameters<typeof importSet>[1] = {}): ImportedSet {
  const key = JSON.stringify([name, options])
  const set = done.get(key) ?? importSet(inputFiles(join(FIXTURES, name)), options)
  done.set(key, set)
  return set
}

const read = (table: unknown, key: string) => readKeyPath(table, key).map(({value}) => value)

/** Sets of files as production has them, and the nodes that come of them; components that are not named have one. */
const SETS: Readonly<Record<string, {readonly nodes?: Readonly<Record<string, number>>}>> = {
  'one-file-per-node': {nodes: {gateway: 2, 'key-manager': 2, 'traffic-manager': 2}},
  'one-host-with-offsets': {},
  'one-file-for-all': {},
  'mixed-databases': {},
  'behind-a-proxy': {},
  'two-in-one-group': {nodes: {'traffic-manager': 2}},
  compose: {},
  kubernetes: {nodes: {gateway: 3, 'traffic-manager': 2}},
  'helm-values': {},
}

describe('files of production, imported', () => {
  for (const [name, {nodes = {}}] of Object.entries(SETS)) {
    describe(name, () => {
      const set = of(name)

      it('is a lab with the same nodes, whose links lead where they should and whose files the product starts with', () => {
        assert.deepEqual(faultsOf(set), [])
        for (const component of ['gateway', 'key-manager', 'traffic-manager', 'publisher', 'devportal'])
          assert.equal(
            componentNodes(set.topology).filter(node => node.component === component).length,
            nodes[component] ?? 1,
            component,
          )
      })

      it('is right on the built-in release too', () => {
        assert.deepEqual(faultsOf(of(name, {on: 'mini'})), [])
      })

      it('tells of every key what became of it', () => {
        const told = new Map<string, Set<string>>()
        for (const {file, key} of set.report.entries) told.set(file, (told.get(file) ?? new Set()).add(key))
        for (const {path, text} of inputFiles(join(FIXTURES, name)).filter(file => file.path.endsWith('.toml')))
          for (const key of leafKeys(readToml(text).table)) assert.ok(told.get(path)?.has(key), `${path}: ${key}`)
      })

      it('has no secret of production in it', () => {
        for (const {path, text} of set.output)
          assert.doesNotMatch(text, /-secret\b|Pr0duction|encrypted-secret|plain-secret/, path)
        assert.doesNotMatch(JSON.stringify(set.report), /-secret\b|Pr0duction/)
      })
    })
  }
})

describe('what an import keeps', () => {
  /** The set with a file per node, with one thing changed in one of its files. */
  const withMistake = (file: string, from: string | RegExp, to: string) =>
    importSet(
      inputFiles(join(FIXTURES, 'one-file-per-node')).map(it => {
        if (it.path !== file) return it
        const text = it.text.replaceAll(from, to)
        assert.notEqual(text, it.text)
        return {...it, text}
      }),
    )

  it('is a wrong port: the mistake is what shall be reproduced, and it is told', () => {
    const {overlay, report} = withMistake('gateway2/deployment.toml', /tcp:(.*):9611/g, 'tcp:$1:9711')
    assert.deepEqual(read(overlay('gateway-2'), 'apim.throttling.url_group[].traffic_manager_urls[]'), [
      'tcp://traffic-manager-1:9711',
      'tcp://traffic-manager-2:9711',
    ])
    const told = report.entries.find(
      ({key, nodes}) => key === 'apim.throttling.url_group[0].traffic_manager_urls[0]' && nodes.includes('gateway-2'),
    )
    assert.match(told?.why ?? '', /not where the link to traffic-manager:9611 belongs/)
  })

  it('is which node an environment is, in every file', () => {
    const {rendered} = of('one-file-per-node')
    for (const node of ['publisher-1', 'devportal-1'])
      assert.deepEqual(
        read(rendered.get(node), 'apim.gateway.environment[name=Internal].service_url'),
        ['https://gateway-2:9443/services/'],
        node,
      )
  })

  it('is what production has otherwise than the lab: features of the component, what differs of the node', () => {
    const {overlay, text} = of('one-file-per-node')
    assert.deepEqual(read(overlay('gateway'), 'apim.jwt.header'), ['X-Example-Assertion'])
    assert.deepEqual(read(overlay('gateway'), 'apim.throttling.enable_header_based_throttling'), ['true'])
    assert.deepEqual(read(overlay('gateway'), 'synapse_handlers.example_handler.class'), [
      'org.example.handler.AuditHandler',
    ])
    assert.deepEqual(read(overlay('gateway-2'), 'apim.cache.gateway_token.expiry_time'), ['30'])
    assert.equal(text('overlays/gateway-1.toml'), '')
    assert.deepEqual(read(overlay('traffic-manager'), 'apim.oauth_config.enable_token_hashing'), ['true'])
  })

  it('is the name of the administrator, with the password of the lab, on all nodes', () => {
    const {overlay, rendered} = of('two-in-one-group')
    assert.deepEqual(overlay('all'), {super_admin: {username: 'apimadmin'}})
    for (const table of rendered.values()) assert.deepEqual(read(table, 'super_admin.username'), ['apimadmin'])
  })

  it('is the order of groups and of environments, each with its own node', () => {
    const group = of('two-in-one-group').overlay('gateway')
    assert.deepEqual(read(group, 'apim.throttling.url_group[].traffic_manager_urls[]'), [
      'tcp://traffic-manager-2:9611',
      'tcp://traffic-manager-1:9611',
    ])
    const {rendered} = of('one-file-per-node')
    assert.deepEqual(read(rendered.get('publisher-1'), 'apim.gateway.environment[].name'), ['Internal', 'Public'])
    assert.deepEqual(read(rendered.get('publisher-1'), 'apim.gateway.environment[].service_url'), [
      'https://gateway-2:9443/services/',
      'https://gateway-1:9443/services/',
    ])
  })

  it('is a variable that production gives a value, and none that nobody knows', () => {
    const {overlay, topology, report} = of('compose')
    assert.deepEqual(read(overlay('gateway'), 'apim.cache.gateway_token.expiry_time'), ['$env{TOKEN_EXPIRY}'])
    assert.equal(topology.nodes.find(({name}) => name === 'gateway-1')?.environment['TOKEN_EXPIRY'], '77')
    const unknown = report.entries.find(({key}) => key === 'apim.cors.allow_origins')
    assert.match(unknown?.why ?? '', /NOBODY_KNOWS/)
  })

  it('has passwords in it where they are asked for', () => {
    const {rendered} = of('one-file-per-node', {keepSecrets: true})
    assert.deepEqual(read(rendered.get('gateway-1'), 'super_admin.password'), ['Pr0duction-secret'])
    assert.deepEqual(read(rendered.get('gateway-1'), 'datasource[].password'), ['audit-secret'])
    assert.deepEqual(read(rendered.get('gateway-1'), 'keystore.tls.password'), ['wso2carbon'])
  })

  it('has none of the features that production has not', () => {
    const {rendered} = of('behind-a-proxy')
    assert.deepEqual(read(rendered.get('gateway-1'), 'apim.jwt.enable'), [])
    assert.deepEqual(read(rendered.get('gateway-1'), 'apim.event_hub.service_url'), [
      'https://traffic-manager:9443/services/',
    ])
  })
})

describe('what an import tells', () => {
  it('is where a key stands, in a block of YAML too', () => {
    const {report} = of('kubernetes')
    const entry = report.entries.find(({file, key}) => file === 'templates/gw.yaml' && key === 'server.server_role')
    const lines = inputFiles(join(FIXTURES, 'kubernetes'))
      .find(({path}) => path === 'templates/gw.yaml')!
      .text.split('\n')
    assert.match(lines[entry!.line - 1]!, /server_role/)
  })

  it('is the kind of database that the lab has instead', () => {
    const whys = of('mixed-databases').report.entries.map(({key, why}) => `${key}: ${why}`)
    assert.ok(whys.includes("database.apim_db.url: the lab's own mysql, in place of oracle"))
    assert.ok(whys.includes("database.apim_db.url: the lab's own mysql, in place of sqlserver"))
    assert.ok(whys.includes("database.shared_db.url: the lab's own mysql, in place of postgresql"))
    assert.ok(whys.some(why => why.startsWith('secrets.admin: the lab has no encrypted secrets')))
  })

  it('is what leads out of the folder, and is not read', () => {
    const {report} = of('compose')
    const outside = report.entries.filter(({key}) => key.startsWith('services.')).map(({what}) => what)
    assert.deepEqual(outside.toSorted(), ['../outside/deployment.toml', '/etc/passwd'])
  })

  it('is the release, and why', () => {
    assert.equal(of('kubernetes').report.release, '3.2.0')
    assert.match(of('kubernetes').report.releaseReason, /values\.yaml speaks of wso2am:3\.2\.0/)
    assert.match(
      of('one-file-per-node').report.releaseReason,
      /keys fit best; of 4\.\d\.0: it has no component devportal/,
    )
    assert.equal(of('two-in-one-group', {release: '3.1.0'}).report.releaseReason, 'asked for with --release')
  })
})

import assert from 'node:assert/strict'
import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {parse as parseToml} from 'smol-toml'
import {parse as parseYaml} from 'yaml'
import {LabError} from '../../../src/errors.js'
import {readDatabases} from '../../../src/mini/config/databases.js'
import {readLinks} from '../../../src/mini/config/links.js'
import {readLocalDatabases} from '../../../src/mini/config/local-databases.js'
import {settingsOf} from '../../../src/mini/config/read-settings.js'
import {ROLES} from '../../../src/mini/profiles.js'
import {buildTopology} from '../../../src/model/build-topology.js'
import {readKeyPath} from '../../../src/model/key-path.js'
import {browserHost} from '../../../src/model/names.js'
import type {LinkSpec, Release} from '../../../src/model/release.js'
import {allReleases, findRelease} from '../../../src/model/releases/index.js'
import {DEFAULTS, type LabSettings} from '../../../src/model/settings.js'
import type {Node, Topology} from '../../../src/model/topology.js'
import type {Secrets} from '../../../src/render/secrets.js'
import {renderer} from '../../../src/render/templates.js'
import {componentView} from '../../../src/render/view.js'
import {keyPaths, KEY_LISTS, loadKeys, type KnownKeys} from '../../../src/config/known-keys.js'

const ROOT = join(import.meta.dirname, '../../..')

const templates = new Map(
  readdirSync(join(ROOT, 'templates'), {recursive: true, encoding: 'utf8'})
    .filter(file => file.endsWith('.hbs'))
    .map(file => [file.slice(0, -'.hbs'.length), readFileSync(join(ROOT, 'templates', file), 'utf8')]),
)

const COMPONENTS = [
  'key-manager',
  'traffic-manager',
  'publisher',
  'devportal',
  'gateway',
  'control-plane',
  'analytics-worker',
  'analytics-dashboard',
]

const SECRETS: Secrets = {
  databaseRoot: 'root-secret',
  accounts: Object.fromEntries(COMPONENTS.map(name => [name, `${name}-secret`])),
  probeAccount: 'probe-secret',
  adminAccount: 'admin-secret',
  keyStore: 'store "secret" \\ $',
  encryptionKey: 'e'.repeat(64),
}

const TOPOLOGIES: Readonly<Record<string, Partial<LabSettings>>> = {
  'all defaults': {},
  'two gateways': {components: {gateway: {replicas: 2}}},
  'two traffic managers': {components: {'traffic-manager': {replicas: 2}}},
  'two of everything that can be two': {
    components: Object.fromEntries(COMPONENTS.slice(0, 6).map(name => [name, {replicas: 2}])),
  },
  'no analytics': {analytics: false},
  'no analytics worker': {components: {'analytics-worker': {replicas: 0}}},
  'no devportal': {components: {devportal: {replicas: 0}}},
  'multi-tenant': {multiTenancy: true},
  'a port offset of 100': {portOffset: 100},
  'another lab and domain': {lab: 'bug-7', domain: 'example.org'},
}

const ALL = allReleases('0.0.0')
// The first is the one that is asked for details below.
const RELEASES = [findRelease('3.2.0', ALL), ...ALL.filter(({name}) => name !== '3.2.0')]

/** A lab of the release; what is said of components that it does not have is left out. */
function topologyOf(release: Release, {components = {}, ...settings}: Partial<LabSettings>): Topology {
  const own = Object.entries(components).filter(([name]) => release.components.some(spec => spec.name === name))
  return buildTopology(
    {...DEFAULTS, lab: 'apim', release: release.name, ...settings, components: Object.fromEntries(own)},
    release,
  )
}

interface Rendered {
  readonly node: Node
  readonly template: string
  readonly text: string
  readonly config: unknown
}

const render = renderer(templates)

function renderAll(topology: Topology): readonly Rendered[] {
  return topology.nodes
    .filter(({component}) => COMPONENTS.includes(component))
    .flatMap(node =>
      node.spec.config.map(({template, format}) => {
        const text = render(template, componentView(node, topology, SECRETS))
        return {node, template, text, config: format === 'toml' ? parseToml(text) : parseYaml(text, {strict: true})}
      }),
    )
}

/** Each lab is rendered once, for whoever comes first. */
const LABS = RELEASES.flatMap(release =>
  Object.entries(TOPOLOGIES).map(([name, settings]) => {
    const topology = topologyOf(release, settings)
    let files: readonly Rendered[] | undefined
    return {title: `${release.name}, ${name}`, topology, files: () => (files ??= renderAll(topology))}
  }),
)

function eachLab(check: (lab: Topology, files: readonly Rendered[]) => void) {
  for (const {title, topology, files} of LABS) it(title, () => check(topology, files()))
}

const only = (files: readonly Rendered[], component: string): unknown => {
  const found = files.find(({node}) => node.component === component)
  assert.ok(found, component)
  return found.config
}

const unique = (texts: readonly string[]) => [...new Set(texts)]

const valuesAt = (config: unknown, path: string) => readKeyPath(config, path).map(({value}) => value)

const hostAndPort = (address: string) => {
  const {hostname, port} = new URL(address.includes('://') ? address.replace(/^\w+:/, 'http:') : `http://${address}`)
  return `${hostname}:${port || 80}`
}

/** What a link's client must have in its configuration. */
function expected(link: LinkSpec, client: string, {nodes, settings}: Topology): string[] {
  const {server, port, address} = link
  if (address?.names === 'component') return [`${server}:${port}`]
  const servers = nodes.filter(({component, name}) => component === server && name !== client)
  return address?.names === 'node'
    ? servers.map(({name}) => `${name}:${port}`)
    : servers.map(() => `${browserHost(server, settings)}:${port + settings.portOffset}`)
}

describe('component templates', () => {
  describe('parse, and name their template first', () => {
    eachLab((_, files) => {
      for (const {template, text, node} of files) {
        assert.equal(
          text.split('\n')[0],
          `# Rendered by apim-lab from templates/${template}.hbs; changes are overwritten by the next up: use an overlay.`,
        )
        assert.doesNotMatch(text, /\{\{|undefined|\[object|NaN|:0[/"\s]|\n\n\n|[ \t]\n/, node.name)
        assert.match(text, /[^\n]\n$/, node.name)
      }
    })
  })

  describe('name only keys that the release knows', () => {
    const lists = new Map<string, KnownKeys>()
    before(async () => {
      for (const list of KEY_LISTS) lists.set(list, await loadKeys(list))
    })
    const knownKeys = (list: string) => (path: readonly string[]) => lists.get(list)!.has(path)
    eachLab(({release}, files) => {
      const known = knownKeys(release.config.keys)
      const unknown = files
        .filter(({template}) => template.endsWith('.toml'))
        .flatMap(({node, config}) =>
          keyPaths(config)
            .filter(path => !known(path))
            .map(path => [node.name, ...path]),
        )
      assert.deepEqual(unknown, [])
    })

    for (const {name, config} of RELEASES)
      it(`${name}: a dead key would be found`, () => {
        const known = knownKeys(config.keys)
        assert.ok(known(['apim', 'oauth_config', 'revoke_endpoint']))
        assert.ok(!known(['apim', 'oauth_config', 'remove_outbound_auth_header']))
        assert.ok(!known(['apim', 'analytics', 'url_group[]', 'nonsense']))
        assert.ok(!known(['database', 'apim_db', 'nonsense']))
      })

    it('and a key of a later release would be found', () => {
      assert.ok(knownKeys('3.2.0')(['apim', 'event_hub', 'service_url']))
      for (const earlier of ['3.0.0', '3.1.0']) assert.ok(!knownKeys(earlier)(['apim', 'event_hub', 'service_url']))
    })
  })

  describe('have the address of every link where the release says', () => {
    eachLab((topology, files) => {
      for (const link of topology.links) {
        if (!link.address) continue
        const {key} = link.address
        for (const {node, config} of files.filter(({node}) => node.component === link.client)) {
          // A node that is its own server too is no link.
          const found = valuesAt(config, key)
            .map(hostAndPort)
            .filter(address => !address.startsWith(`${node.name}:`))
          const right = expected(link, node.name, topology)
          // An environment a gateway, or one for all of them.
          const isBrowser: boolean = link.address.names === 'browser'
          assert.deepEqual(isBrowser ? unique(found) : found, isBrowser ? unique(right) : right, `${node.name}: ${key}`)
        }
      }
    })
  })

  describe('have the account of every database where the release says, and no other', () => {
    eachLab((_, files) => {
      for (const {node, text, config, template} of files) {
        const url = template.endsWith('.toml') ? 'url' : 'jdbcUrl'
        for (const {database, key} of node.databases) {
          const separator = url === 'url' ? '&amp;' : '&'
          const [address = '', parameters = ''] = (valuesAt(config, `${key}.${url}`)[0] ?? '').split('?')
          assert.equal(address, `jdbc:mysql://mysql:3306/${database}`)
          assert.equal(parameters.split(separator).length, 5)
          assert.doesNotMatch(parameters.replaceAll(separator, ''), /&/)
          assert.deepEqual(valuesAt(config, `${key}.username`), [node.component])
          assert.deepEqual(valuesAt(config, `${key}.password`), [`${node.component}-secret`])
        }
        assert.equal([...text.matchAll(/jdbc:mysql:/g)].length, node.databases.length, node.name)
      }
    })
  })

  describe('leave the local databases alone', () => {
    eachLab((_, files) => {
      for (const {node, text, config} of files) {
        assert.deepEqual(
          keyPaths(config).filter(path => path.join('.').startsWith('database.local')),
          [],
        )
        assert.match(text, /never point/i, node.name)
      }
    })
  })

  describe('have the tables before their url groups', () => {
    eachLab((_, files) => {
      for (const {text, node} of files)
        for (const table of ['apim.throttling', 'apim.analytics']) {
          const group = text.indexOf(`\n[[${table}.url_group]]\n`)
          const own = text.indexOf(`\n[${table}]\n`)
          assert.ok(group < 0 || (own >= 0 && own < group), `${node.name}: ${table}`)
        }
    })
  })

  describe('name the key stores of the release', () => {
    eachLab(({release}, files) => {
      for (const {node, config, template} of files) {
        const {type, file, trustFile} = release.keyStore
        if (template.endsWith('.toml')) {
          for (const store of ['keystore.tls', 'keystore.primary', 'truststore']) {
            assert.deepEqual(valuesAt(config, `${store}.type`), [type])
            assert.deepEqual(valuesAt(config, `${store}.file_name`), [store === 'truststore' ? trustFile : file])
            assert.deepEqual(valuesAt(config, `${store}.password`), [release.keyStore.password ?? SECRETS.keyStore])
          }
          assert.deepEqual(valuesAt(config, 'server.server_role'), [node.spec.serverRole])
        } else {
          const listener = 'wso2.transport.http.listenerConfigurations[scheme=https]'
          assert.deepEqual(valuesAt(config, `${listener}.keyStoreFile`), [`\${carbon.home}/resources/security/${file}`])
          assert.deepEqual(valuesAt(config, `${listener}.keyStorePassword`), [
            release.keyStore.password ?? SECRETS.keyStore,
          ])
        }
      }
    })
  })

  describe('tell browsers addresses of the load balancer', () => {
    eachLab((topology, files) => {
      const {settings} = topology
      const port = 9443 + settings.portOffset
      for (const {node, config} of files) {
        if (['key-manager', 'publisher', 'devportal', 'control-plane'].includes(node.component)) {
          assert.deepEqual(valuesAt(config, 'server.hostname'), [browserHost(node.component, settings)])
          assert.deepEqual(valuesAt(config, 'transport.https.properties.proxyPort'), [String(port)])
        }
        if (node.component === 'traffic-manager') assert.deepEqual(valuesAt(config, 'server.hostname'), [node.name])
        if (node.component !== 'analytics-dashboard') continue
        const property = (name: string) => valuesAt(config, `auth.configs.properties.${name}`)[0]
        const publisher = `https://${browserHost('publisher', settings)}:${port}`
        assert.equal(property('kmTokenUrlForRedirection'), `${publisher}/oauth2`)
        assert.equal(property('externalLogoutUrl'), `${publisher}/oidc/logout`)
        assert.equal(
          property('baseUrl'),
          `https://${browserHost('analytics-dashboard', settings)}:${9643 + settings.portOffset}`,
        )
      }
    })
  })

  describe('are what mini reads', () => {
    const mini = RELEASES.find(({builtIn}) => builtIn)
    assert.ok(mini)
    for (const [name, settings] of Object.entries(TOPOLOGIES))
      it(name, () => {
        for (const {node, config, template} of renderAll(topologyOf(mini, settings))) {
          const role = ROLES.find(({component}) => component === node.component)
          assert.ok(role)
          const read = settingsOf(template, config, {env: {}, properties: {}})
          assert.ok(readLinks(role.profile, read).every(({host}) => host !== 'localhost'))
          assert.deepEqual(
            readDatabases(role.profile, read)
              .map(database => database.name)
              .toSorted(),
            node.databases.map(({database}) => database).toSorted(),
          )
          readLocalDatabases(role, '/home', read)
        }
      })
  })
})

describe('a gateway', () => {
  const [release] = RELEASES
  assert.ok(release)

  it('has its shared database in a file of its own', () => {
    const config = only(renderAll(topologyOf(release, {})), 'gateway')
    assert.deepEqual(valuesAt(config, 'database.shared_db.type'), ['h2'])
    assert.deepEqual(valuesAt(config, 'database.apim_db.url'), [])
  })

  it('reads shareddb with tenants, and never apimgtdb', () => {
    const config = only(renderAll(topologyOf(release, {multiTenancy: true})), 'gateway')
    assert.deepEqual(valuesAt(config, 'database.shared_db.type'), ['mysql'])
    assert.deepEqual(valuesAt(config, 'database.apim_db.url'), [])
  })

  it('is an environment of its own, the first with the name of the product', () => {
    const config = only(renderAll(topologyOf(release, {components: {gateway: {replicas: 3}}})), 'publisher')
    assert.deepEqual(valuesAt(config, 'apim.gateway.environment[].name'), [
      'Production and Sandbox',
      'gateway-2',
      'gateway-3',
    ])
  })
})

describe('traffic managers', () => {
  const [release] = RELEASES
  assert.ok(release)
  const two = renderAll(topologyOf(release, {components: {'traffic-manager': {replicas: 2}}}))

  it('each get every event: a group a node', () => {
    const config = only(two, 'gateway')
    assert.deepEqual(readKeyPath(config, 'apim.throttling.url_group[].traffic_manager_urls[]'), [
      {key: 'apim.throttling.url_group[0].traffic_manager_urls[0]', value: 'tcp://traffic-manager-1:9611'},
      {key: 'apim.throttling.url_group[1].traffic_manager_urls[0]', value: 'tcp://traffic-manager-2:9611'},
    ])
  })

  it('publish on the broker of the other one, not of their own', () => {
    assert.deepEqual(
      two
        .filter(({node}) => node.component === 'traffic-manager')
        .map(({config}) => valuesAt(config, 'apim.throttling.event_duplicate_url[]')),
      [['tcp://traffic-manager-2:5672'], ['tcp://traffic-manager-1:5672']],
    )
  })

  it('have no other one to publish to when there is one', () => {
    const config = only(renderAll(topologyOf(release, {})), 'traffic-manager')
    assert.deepEqual(valuesAt(config, 'apim.throttling.event_duplicate_url[]'), [])
  })
})

describe('analytics', () => {
  const [release] = RELEASES
  assert.ok(release)

  const without: Readonly<Record<string, Partial<LabSettings>>> = {
    'left out': {analytics: false},
    'without a worker': {components: {'analytics-worker': {replicas: 0}}},
  }
  for (const [name, settings] of Object.entries(without))
    it(`${name} are switched off, without an address`, () => {
      for (const {config} of renderAll(topologyOf(release, settings))) {
        const analytics = keyPaths(config).filter(path => path.join('.').startsWith('apim.analytics'))
        assert.ok(analytics.every(path => path.join('.') === 'apim.analytics.enable'))
        assert.ok(valuesAt(config, 'apim.analytics.enable').every(value => value === 'false'))
      }
    })

  it('have the password of the user in Base64', () => {
    const config = only(renderAll(topologyOf(release, {})), 'analytics-worker')
    assert.deepEqual(valuesAt(config, 'auth.configs.userManager.userStore.users[].user.password'), ['YWRtaW4='])
  })
})

describe('a template that names a missing value', () => {
  const render = (text: string) => renderer(new Map([['bad/file.toml', text]]))('bad/file.toml', {admin: {}, list: []})

  const BAD: Readonly<Record<string, string>> = {
    'at the top': 'a = 1\nb = {{lacking}}\n',
    'inside a table': 'a = 1\nb = {{admin.lacking}}\n',
    'in a helper': 'a = 1\nb = {{toml lacking}}\n',
    'in a helper, inside a table': 'a = 1\nb = {{toml "x" admin.lacking}}\n',
    'in a helper of a helper': 'a = 1\nb = {{yaml (base64 admin.lacking)}}\n',
    'as a table in a helper': 'a = 1\nb = {{toml admin}}\n',
    'as nothing in a helper': 'a = 1\nb = {{toml}}\n',
  }
  for (const [name, text] of Object.entries(BAD))
    it(`${name}: says file and line`, () => {
      assert.throws(
        () => render(text),
        (error: unknown) =>
          error instanceof LabError &&
          error.code === 'template-invalid' &&
          error.message.includes('templates/bad/file.toml.hbs') &&
          / - 2:\d+/.test(error.message),
      )
    })
})

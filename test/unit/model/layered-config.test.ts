import assert from 'node:assert/strict'
import {parse} from 'smol-toml'
import {RULES_3_2} from '../../../src/config/rules-3x.js'
import {resolveConfig} from '../../../src/config/resolve.js'
import {LabError} from '../../../src/errors.js'
import {layeredConfig} from '../../../src/model/layered-config.js'
import type {ConfigLayers} from '../../../src/model/settings.js'

const RENDERED = `[server]
hostname = "gateway.apim.localhost"
server_role = "gateway-worker"

[database.shared_db]
type = "mysql"
url = "jdbc:mysql://mysql:3306/shareddb"
username = "gateway"
driver = "com.mysql.cj.jdbc.Driver"

[apim.event_hub]
enable = true

[[apim.gateway.environment]]
name = "gateway-1"

[[apim.gateway.environment]]
name = "gateway-2"
`

const file = (content: string, path = 'gateway.toml') => ({path, content})
const layered = (layers: Partial<ConfigLayers>) =>
  layeredConfig(
    RENDERED,
    'toml',
    {overlays: [], remove: [], ...layers},
    table => resolveConfig(table, RULES_3_2, {env: {ROLE: 'gateway-worker'}}).table,
  )
const read = ({text}: {text: string}) => structuredClone({...parse(text)}) as Record<string, Record<string, unknown>>

describe('a configuration in layers', () => {
  it('is the rendered file as it is where nothing is laid over it', () => assert.equal(layered({}).text, RENDERED))

  it('lets the later overlay win, and what is removed be gone', () => {
    const {text, removed} = layered({
      overlays: [file('a.x = 1\na.y = 1\n', 'all.toml'), file('a.y = 2\n')],
      remove: ['apim.event_hub', 'apim.gateway.environment[name=gateway-1]', 'not.there'],
    })
    assert.equal(
      text.split('\n')[0],
      '# Rendered by apim-lab, with the overlay all.toml, then gateway.toml merged over it, ' +
        'without apim.event_hub, apim.gateway.environment[name=gateway-1], not.there.',
    )
    const config = read({text})
    assert.deepEqual(config['a'], {x: 1, y: 2})
    assert.deepEqual(config['apim'], {gateway: {environment: [{name: 'gateway-2'}]}})
    assert.deepEqual(removed, ['apim.event_hub', 'apim.gateway.environment[name=gateway-1]'])
  })

  it('has what it removes last also where an overlay brings it', () =>
    assert.equal(read(layered({overlays: [file('x.y = 1')], remove: ['x.y']}))['x']?.['y'], undefined))

  it('is another file whole, byte for byte, or with overlays over that one', () => {
    const config = file('# mine\n[server]\nserver_role="gateway-worker"\n', 'whole.toml')
    assert.equal(layered({config}).text, config.content)
    const {text} = layered({config, overlays: [file('a = 1')]})
    assert.match(text, /^# Taken by apim-lab from whole\.toml, with the overlay gateway\.toml merged over it\./)
    assert.deepEqual(read({text}), {a: 1, server: {server_role: 'gateway-worker'}})
  })

  it('of YAML may be another file whole, and is told its line where it is none', () => {
    const yaml = (content: string) =>
      layeredConfig('a: 1\n', 'yaml', {config: file(content, 'worker.yaml'), overlays: [], remove: []}).text
    assert.equal(yaml('b: 2 # mine\n'), 'b: 2 # mine\n')
    assert.throws(
      () => yaml('a: 1\nb: [1'),
      (error: unknown) => error instanceof LabError && /^worker\.yaml:[23]:\d+: /.test(error.message),
    )
  })

  it('points no local database at a server, in a whole file either', () =>
    assert.throws(
      () => layered({config: file('database.local.url = "jdbc:mysql://x/y"')}),
      (error: unknown) => error instanceof LabError && error.code === 'overlay-invalid',
    ))
})

describe('keys that the lab owns', () => {
  it('say nothing where they are equal, in quotes too', () => {
    const {contradictions} = layered({
      overlays: [file('[server]\nhostname = "gateway.apim.localhost"\noffset = "0"\nserver_role = "gateway-worker"\n')],
    })
    assert.deepEqual(contradictions, [])
  })

  it('may be references that lead to the same', () => {
    const own = '[server]\nhostname = "$ref{x.y}.localhost"\nserver_role = "$env{ROLE}"\noffset = "$env{OFFSET}"'
    const found = layered({overlays: [file('x.y = "gateway.apim"', 'all.toml'), file(own)]}).contradictions
    assert.deepEqual(
      found.map(({key}) => key),
      ['server.offset'],
    )
  })

  it("keep the lab's value where an overlay says another, each of them", () => {
    const result = layered({
      overlays: [
        file('[server]\noffset = 3\nserver_role = "default"\n', 'all.toml'),
        file('[transport.https.properties]\nproxyPort = 443\n[server]\nnode_ip = "10.0.0.1"\n'),
      ],
    })
    assert.deepEqual(
      result.contradictions.map(({file, key, asked, rendered, wins}) => [file, key, asked, rendered, wins]),
      [
        ['all.toml', 'server.server_role', 'default', 'gateway-worker', 'lab'],
        ['all.toml', 'server.offset', '3', undefined, 'lab'],
        ['gateway.toml', 'transport.https.properties.proxyPort', '443', undefined, 'lab'],
      ],
    )
    const {server, transport} = read(result)
    assert.deepEqual(server, {hostname: 'gateway.apim.localhost', server_role: 'gateway-worker', node_ip: '10.0.0.1'})
    assert.deepEqual(transport, {https: {properties: {}}})
  })

  it('stay as they are in a whole file, and are told', () => {
    const {text, contradictions} = layered({config: file('server.offset = 3\n')})
    assert.equal(text, 'server.offset = 3\n')
    assert.deepEqual(
      contradictions.map(({key, wins}) => [key, wins]),
      [['server.offset', 'file']],
    )
  })
})

describe('what the product infers', () => {
  const database = (overlay: string) => read(layered({overlays: [file(overlay)]}))['database']?.['shared_db']

  for (const key of ['hostname = "db.example.com"', 'name = "shared"', 'port = 3307'])
    it(`takes the rendered url away: ${key}`, () => {
      const found = database(`[database.shared_db]\n${key}\n`) as object
      const value = parse(key)
      assert.deepEqual(found, {
        type: 'mysql',
        username: 'gateway',
        hostname: 'mysql',
        port: 3306,
        name: 'shareddb',
        ...value,
      })
    })

  it('leaves a url that the overlay itself has, and all else', () => {
    assert.ok('driver' in (database('[database.shared_db]\nname = "x"\nurl = "jdbc:mysql://x/x"\n') as object))
    assert.ok('url' in (database('[database.shared_db]\nusername = "x"\n') as object))
  })
})

describe('values that people want to reproduce', () => {
  for (const text of [
    '[super_admin]\npassword = "a@b"',
    '[apim.throttling]\npassword = "a/b"',
    '[database.shared_db]\npassword = "a<b"',
    '[database.apim_db]\nurl = "jdbc:mysql://db/x?a=1&b=2"',
  ])
    it(`are taken: ${JSON.stringify(text)}`, () =>
      assert.deepEqual(layered({overlays: [file(text)]}).contradictions, []))
})

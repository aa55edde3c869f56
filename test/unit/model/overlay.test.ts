import assert from 'node:assert/strict'
import {parse} from 'smol-toml'
import {parse as parseYaml} from 'yaml'
import {LabError} from '../../../src/errors.js'
import {layeredConfig} from '../../../src/model/layered-config.js'
import {mergeOverlay, parseOverlay} from '../../../src/model/overlay.js'
import type {TextFile} from '../../../src/model/settings.js'

/** Without the null prototypes of the parser. */
const parseToml = (text: string): Record<string, unknown> => structuredClone({...parse(text)})

const RENDERED = `# a comment
[server]
hostname = "gateway.demo.localhost"
offset = 0

[apim.throttling]
username = "$ref{super_admin.username}"
enable_data_publishing = true

[[apim.throttling.url_group]]
traffic_manager_urls = ["tcp://traffic-manager-1:9611"]
type = "loadbalance"

[database.shared_db]
url = "jdbc:mysql://mysql:3306/shareddb?useSSL=false&amp=1"
pool_options.maxActive = 50
`

const applyOverlay = (rendered: string, format: 'toml' | 'yaml', overlay: TextFile) =>
  layeredConfig(rendered, format, {overlays: [overlay], remove: []}).text

const toml = (content: string) => applyOverlay(RENDERED, 'toml', {path: 'gateway.toml', content})

const invalid = (message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof LabError)
  assert.equal(error.code, 'overlay-invalid')
  assert.match(error.message, message)
  return true
}

describe('merging an overlay', () => {
  it('merges tables and replaces everything else', () => {
    const base = {a: 1, t: {x: 1, y: 2, deep: {k: 1}}, list: [1, 2], tables: [{a: 1}, {a: 2}], was: 1}
    const overlay = {t: {y: 3, deep: {l: 2}}, list: [3], tables: [{b: 1}], was: 'text', fresh: {z: 1}}
    assert.deepEqual(mergeOverlay(base, overlay, 'x.toml'), {
      a: 1,
      t: {x: 1, y: 3, deep: {k: 1, l: 2}},
      list: [3],
      tables: [{b: 1}],
      was: 'text',
      fresh: {z: 1},
    })
  })

  it("keeps the base's order and changes neither side", () => {
    const base = Object.freeze({b: Object.freeze({y: 1}), a: 1})
    const overlay = Object.freeze({c: 1, a: 2, b: Object.freeze({x: 1})})
    assert.deepEqual(Object.keys(mergeOverlay(base, overlay, 'x.toml')), ['b', 'a', 'c'])
  })

  it('takes a date for a value', () => {
    const date = new Date(0)
    assert.equal(mergeOverlay({d: 1}, {d: date}, 'x.toml')['d'], date)
  })

  const turned: readonly (readonly [base: object, overlay: object, message: RegExp])[] = [
    [{a: {b: {x: 1}}}, {a: {b: 'text'}}, /^x\.toml: a\.b is a single value, but a table in the file/],
    [{a: 'text'}, {a: {x: 1}}, /^x\.toml: a is a table, but a single value in the file/],
    [{a: [{x: 1}]}, {a: {x: 1}}, /^x\.toml: a is a table, but a list in the file/],
    [{a: {x: 1}}, {a: new Date(0)}, /^x\.toml: a is a single value, but a table/],
  ]
  for (const [base, overlay, message] of turned)
    it(`refuses ${JSON.stringify(overlay)} over ${JSON.stringify(base)}`, () =>
      assert.throws(() => mergeOverlay({...base}, {...overlay}, 'x.toml'), invalid(message)))
})

describe('an overlay over TOML', () => {
  it('begins with a comment that names it', () => {
    assert.equal(toml('x = 1').split('\n')[0], '# Rendered by apim-lab, with the overlay gateway.toml merged over it.')
  })

  it('changes what it says and nothing else', () => {
    const merged = parseToml(toml('[server]\nnode_ip = "10.0.0.1"\n[new]\nkey = "v"'))
    const base = parseToml(RENDERED)
    assert.deepEqual(merged, {...base, server: {...(base['server'] as object), node_ip: '10.0.0.1'}, new: {key: 'v'}})
  })

  it('without content changes nothing', () => assert.deepEqual(parseToml(toml('')), parseToml(RENDERED)))

  const orders: readonly (readonly [what: string, overlay: string])[] = [
    ['a value of the table', '[apim.throttling]\nenable_blacklist_condition = true\n'],
    ['the array', '[[apim.throttling.url_group]]\ntraffic_manager_urls = ["tcp://a:1"]\n'],
    ['two of the array', '[[apim.throttling.url_group]]\na = 1\n[[apim.throttling.url_group]]\na = 2\n'],
    ['a table below', '[apim.throttling.policy]\na = 1\n'],
    ['tables around', '[apim.a]\nx = 1\n[apim.throttling.z]\nx = 1\n[apim]\ny = 1\n'],
  ]
  for (const [what, overlay] of orders) {
    it(`writes [apim.throttling] before [[apim.throttling.url_group]]: ${what}`, () => {
      const text = toml(overlay)
      const table = text.indexOf('[apim.throttling]\n')
      const array = text.indexOf('[[apim.throttling.url_group]]')
      assert.ok(table > 0 && array > 0 && table < array, text)
      assert.ok(text.indexOf('username') < array, text)
    })
  }

  it('keeps numbers what they are', () => {
    const text = toml('[n]\nwhole = 1\nfraction = 1.0\nlarge = 9223372036854775807\n')
    assert.match(text, /^whole = 1$/m)
    assert.match(text, /^fraction = 1\.0$/m)
    assert.match(text, /^large = 9223372036854775807$/m)
  })

  it('keeps references and URLs as they are', () => {
    const text = toml('[a]\nb = "$ref{c.d}${e}"\n')
    assert.ok(text.includes('b = "$ref{c.d}${e}"'))
    assert.ok(text.includes('url = "jdbc:mysql://mysql:3306/shareddb?useSSL=false&amp=1"'))
  })

  it('names itself on one line, whatever its name is', () => {
    const text = applyOverlay('', 'toml', {path: 'a\nevil = 1\n.toml', content: ''})
    assert.deepEqual(parseToml(text), {})
  })
})

describe('an overlay over YAML', () => {
  const rendered =
    'wso2.carbon:\n  id: worker\n  ports:\n    offset: 1\nlist:\n  - {a: 1}\nflag: "yes"\noctal: "0123"\n'
  const yaml = (content: string) => applyOverlay(rendered, 'yaml', {path: 'worker.toml', content})

  it('merges blocks, begins with a comment that names it', () => {
    const text = yaml('["wso2.carbon"]\nname = "mine"\n[[list]]\nb = 2\n')
    assert.equal(text.split('\n')[0], '# Rendered by apim-lab, with the overlay worker.toml merged over it.')
    assert.deepEqual(parseYaml(text), {
      'wso2.carbon': {id: 'worker', ports: {offset: 1}, name: 'mine'},
      list: [{b: 2}],
      flag: 'yes',
      octal: '0123',
    })
  })

  it('means the same to a reader of YAML 1.1', () => {
    const text = yaml('on = "no"\ntime = "12:30:45"\n')
    assert.deepEqual(parseYaml(text, {version: '1.1'}), {...parseYaml(rendered), on: 'no', time: '12:30:45'})
  })
})

describe('an overlay that is refused', () => {
  const broken: readonly (readonly [text: string, message: RegExp])[] = [
    ['a = ', /^x\.toml:1:5: /],
    ['[a]\nb = 1\nb = 2\n', /^x\.toml:3:1: /],
    ['components:\n  gateway: 1\n', /^x\.toml:1:/],
    ['a = 1\r\nb = [1,\r\n', /^x\.toml:[23]:/],
    ['<xml/>', /^x\.toml:1:/],
    ['[__proto__]\nx = 1', /^x\.toml:1:2: .*unsafe/],
    ['constructor.prototype.x = 1', /^x\.toml:1:1: .*unsafe/],
    ['a = "\0"', /^x\.toml:1:/],
    [`a = ${'['.repeat(50_000)}`, /^x\.toml:1:/],
    [`a = "${'x'.repeat(10 * 1024 * 1024)}"`, /^x\.toml is too large/],
  ]
  for (const [text, message] of broken) {
    it(`${JSON.stringify(text.slice(0, 40))} is no overlay`, () => {
      assert.throws(() => parseOverlay(text, 'x.toml'), invalid(message))
    })
  }

  it('may begin with a byte order mark and end its lines as Windows does', () => {
    assert.deepEqual({...parseOverlay('\ufeffa = 1\r\nb = "x"\r\n', 'x.toml')}, {a: 1n, b: 'x'})
  })

  const servers = [
    '[database.local]\nurl = "jdbc:mysql://mysql:3306/carbon"',
    'database.local.url = "jdbc:postgresql://db/carbon"',
    'database.local = {url = "JDBC:H2:TCP://db/carbon"}',
    '"database"."local".url = "jdbc:h2:tcp://db/carbon"',
    '[database.local]\nurl = "jdbc:derby://db:1527/carbon"',
    '[database.local]\nurl = "jdbc:hsqldb:hsql://db/carbon"',
    '[database.local]\nurl = "$env{URL}"',
    '[database.local]\nurl = "$ref{database.shared_db.url}"',
    '[database.local]\nurl = 5',
    '[database.local]\ntype = "mysql"\nhostname = "mysql"',
    '[[datasource]]\nid = "X"\nurl = "jdbc:mysql://x"\n[[datasource]]\nid = "WSO2_MB_STORE_DB"\nurl = "jdbc:mysql://mysql/mb"',
    '[[datasource]]\nid = "wso2_carbon_db"\nurl = "jdbc:mysql://mysql/c"',
  ]
  for (const text of servers) {
    it(`points a local database at a server: ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseOverlay(text, 'x.toml'), invalid(/^x\.toml: .* documentation forbids it/))
      assert.throws(() => toml(text), invalid(/documentation forbids it/))
    })
  }

  const allowed = [
    '[database.local]\nurl = "jdbc:h2:./repository/database/WSO2CARBON_DB;DB_CLOSE_ON_EXIT=FALSE"',
    '[database.local]\nurl = "jdbc:h2:/home/wso2carbon/solr/database/WSO2CARBON_DB"\ntype = "h2"',
    '[database.local.pool_options]\nmaxActive = 10',
    '[database.apim_db]\nurl = "jdbc:mysql://elsewhere:3306/apimgtdb"',
    '[[datasource]]\nid = "MY_DB"\nurl = "jdbc:mysql://elsewhere/x"',
    'database = 5',
    'datasource = "x"',
  ]
  for (const text of allowed) {
    it(`is allowed: ${JSON.stringify(text)}`, () => assert.doesNotThrow(() => parseOverlay(text, 'x.toml')))
  }
})

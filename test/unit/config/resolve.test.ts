import assert from 'node:assert/strict'
import {parse} from 'smol-toml'
import {requiredKeys, resolveConfig, type Surroundings} from '../../../src/config/resolve.js'
import {replacePlaceholders, withPlaceholders} from '../../../src/config/placeholders.js'
import {RULES_3_0, RULES_3_2} from '../../../src/config/rules-3x.js'
import type {ConfigTable} from '../../../src/config/table.js'
import {readKeyPath} from '../../../src/model/key-path.js'

/** A file that the product starts with, and places for one change each. */
const file = ({
  server = 'node_ip = "127.0.0.1"',
  user = 'type = "database_unique_id"',
  shared = 'url = "jdbc:mysql://db:3306/shared"\nusername = "u"',
  more = '',
} = {}) => `
[server]
${server}
[user_store]
${user}
[super_admin]
username = "admin"
password = "admin"
[database.shared_db]
type = "mysql"
${shared}
${more}`

const resolved = (text: string, around: Surroundings = {}) => resolveConfig(parse(text), RULES_3_2, around)

/** What the product's own mapper (1.0.2, with the rules of 3.2.0) said to such files. */
const REFUSED: readonly (readonly [what: string, text: string, message: string])[] = [
  ['no node_ip', file({server: 'hostname = "x"'}), "Configuration with key server.node_ip doesn't exist"],
  [
    'a reference to nothing',
    file({server: 'node_ip = "127.0.0.1"\nhostname = "$ref{nowhere.key}"'}),
    "Configuration with key nowhere.key doesn't exist",
  ],
  [
    'a variable that is not defined',
    file({server: 'node_ip = "$env{NO_SUCH_VARIABLE}"'}),
    'Environment variable NO_SUCH_VARIABLE not defined in system',
  ],
  [
    'a secret without [secrets]',
    file({server: 'node_ip = "$secret{nope}"'}),
    "Secret references can't be resolved for nope",
  ],
  [
    'no such user store',
    file({user: 'type = "no_such_type"'}),
    'Validation failed for user_store.type. Expected value to match',
  ],
  [
    'no shared database',
    file({shared: 'url = "jdbc:mysql://db/x"'}),
    "Configuration with key database.shared_db.username doesn't exist",
  ],
]

const at = (table: ConfigTable, key: string) => readKeyPath(table, key).map(({value}) => value)

describe("what the product's mapper makes of a deployment.toml", () => {
  it('a file as the product wants it has no fault', () => {
    assert.deepEqual(resolved(file(), {env: {}, properties: {}}).faults, [])
  })

  for (const [what, text, message] of REFUSED)
    it(`refuses ${what}`, () => {
      const [fault, ...others] = resolved(text, {env: {}, properties: {}}).faults
      assert.ok(fault?.message.startsWith(message), fault?.message)
      assert.deepEqual(others, [])
    })

  it('takes references, variables, system properties, unknown keys and secrets that are there', () => {
    const more =
      '[custom]\na = "x1"\nb = "$ref{custom.a}"\nlist = ["$ref{custom.a}", "2"]\nc = "$secret{s}"\n[secrets]\ns = "[plain]"'
    const {table, faults} = resolved(file({server: 'node_ip = "$env{IP}"\nhome = "$sys{user.dir}"', more}), {
      env: {IP: '10.1.2.3'},
      properties: {'user.dir': '/home/x'},
    })
    assert.deepEqual(faults, [])
    assert.deepEqual(at(table, 'custom.b'), ['x1'])
    assert.deepEqual(at(table, 'custom.list[]'), ['x1', '2'])
    assert.deepEqual(at(table, 'server.home'), ['/home/x'])
    // A default that refers to the file.
    assert.deepEqual(at(table, 'clustering.local_member_host'), ['10.1.2.3'])
    assert.deepEqual(at(table, 'custom.c'), ['$secret{s}'])
  })

  it('knows nothing of an environment that nobody told', () => {
    const {table, faults} = resolved(file({server: 'node_ip = "$env{IP}"'}))
    assert.deepEqual(faults, [])
    assert.deepEqual(at(table, 'server.node_ip'), ['$env{IP}'])
  })

  const server = 'hostname = "HOST"\nport = "3306"\nname = "NAME"\nusername = "u"'
  for (const [type, url, driver] of [
    ['mysql', 'jdbc:mysql://HOST:3306/NAME', 'com.mysql.jdbc.Driver'],
    ['postgre', 'jdbc:postgresql://HOST:3306/NAME', 'org.postgresql.Driver'],
  ])
    it(`makes url and driver of ${type}, hostname, port and name`, () => {
      const text = file({shared: server}).replace('type = "mysql"', `type = "${type}"`)
      const {table, faults} = resolved(text)
      assert.deepEqual(faults, [])
      assert.deepEqual(at(table, 'database.shared_db.url'), [url])
      assert.deepEqual(at(table, 'database.shared_db.driver'), [driver])
    })

  it('an url wins over hostname, port and name', () => {
    const {table} = resolved(file({shared: `${server}\nurl = "jdbc:mysql://other/x"`}))
    assert.deepEqual(at(table, 'database.shared_db.url'), ['jdbc:mysql://other/x'])
  })

  it('a reference in an array of tables stays as it stands', () => {
    const more = '[[apim.gateway.environment]]\nname = "$ref{super_admin.username}"'
    assert.deepEqual(at(resolved(file({more})).table, 'apim.gateway.environment[0].name'), [
      '$ref{super_admin.username}',
    ])
  })

  it('a circle of references is one fault, not the end of us', () => {
    const {faults} = resolved(file({more: '[custom]\na = "$ref{custom.b}"\nb = "$ref{custom.a}"'}))
    assert.ok(faults.length > 0 && faults.every(({code}) => code === 'reference-circle'))
  })

  it('a role switches on what its node does, unless the file says otherwise', () => {
    const role = 'node_ip = "1"\nserver_role = "api-publisher"'
    const key = 'apim.throttling.enable_policy_deploy'
    assert.deepEqual(at(resolved(file({server: role})).table, key), ['true'])
    const more = '[apim.throttling]\nenable_policy_deploy = false'
    assert.deepEqual(at(resolved(file({server: role, more})).table, key), ['false'])
  })

  it('names of object members are keys like any other', () => {
    const {table, faults} = resolved(file({more: '[custom]\nconstructor = "$ref{custom.toString}"\ntoString = "x"'}))
    assert.deepEqual(faults, [])
    assert.deepEqual(at(table, 'custom.constructor'), ['x'])
  })

  it('3.0.0 has no user stores with unique ids', () => {
    assert.deepEqual(
      resolveConfig(parse(file()), RULES_3_0).faults.map(({key}) => key),
      ['user_store.type'],
    )
  })

  it('needs what its defaults refer to', () => {
    assert.deepEqual([...requiredKeys(RULES_3_2).keys()].toSorted(), [
      'database.shared_db.url',
      'database.shared_db.username',
      'server.node_ip',
      'super_admin.password',
      'super_admin.username',
    ])
  })
})

describe('placeholders that the product replaces when it runs', () => {
  const table = {server: {hostname: 'gw.example.com', node_ip: '10.0.0.1', offset: 3}, super_admin: {username: 'root'}}
  for (const [text, expected] of [
    ['https://localhost:${mgt.transport.https.port}${carbon.context}services/', 'https://localhost:9446/services/'],
    ['https://${carbon.host}:${https.nio.port}/token', 'https://gw.example.com:8246/token'],
    ['http://${carbon.local.ip}:${http.nio.port}', 'http://10.0.0.1:8283'],
    ['${carbon.protocol}://x:${carbon.management.port}', 'https://x:9446'],
    ['${admin.username}:${nobody.knows}', 'root:${nobody.knows}'],
  ] as const)
    it(text, () => assert.equal(replacePlaceholders(text, table), expected))

  it('in arrays of tables too', () => {
    const {list} = withPlaceholders({...table, list: [{url: 'https://${carbon.host}'}, 'x', 1n]}) as {list: unknown}
    assert.deepEqual(list, [{url: 'https://gw.example.com'}, 'x', 1n])
  })
})

import assert from 'node:assert/strict'
import {accountsIn, readJdbcUrl} from '../../../../src/lab/links/accounts.js'
import {MYSQL} from '../../../../src/model/releases/servers/mysql.js'
import {POSTGRESQL} from '../../../../src/model/releases/servers/postgresql.js'
import {parseConfig} from '../../../../src/lab/links/parse-config.js'
import {readKeyPath} from '../../../../src/model/key-path.js'
import {databasePairs} from '../../../../src/model/link-pairs.js'
import {rendered, topology} from '../../../support/lab.js'

const lab = topology()
const {files} = rendered()
const {config} = lab.release

const configOf = (node: string, file: string, format: 'toml' | 'yaml') => {
  const content = files.find(({path}) => path.startsWith(`config/${node}/`) && path.endsWith(file))?.content
  const parsed = parseConfig(String(content), format, config)
  return 'config' in parsed ? parsed.config : assert.fail(parsed.fault)
}

describe('the accounts in a configuration', () => {
  it('are at the keys that the release tells, for every node and database', () => {
    const used = databasePairs(lab).filter(({access}) => access !== 'none')
    assert.ok(used.length > 0)
    for (const {client, database, key} of used) {
      const [spec] = client.spec.config
      const read = configOf(client.name, spec!.readAt.split('/').at(-1)!, spec!.format as 'toml' | 'yaml')
      const account = accountsIn(read, MYSQL).find(candidate => candidate.key === key)
      assert.deepEqual(account, {
        key,
        host: 'mysql',
        port: 3306,
        database,
        user: client.component,
        password: `${client.component}-secret`,
      })
    }
  })

  it('are none in a gateway: its databases are embedded', () => {
    assert.deepEqual(accountsIn(configOf('gateway-1', 'deployment.toml', 'toml'), MYSQL), [])
  })

  it('are found wherever somebody puts one', () => {
    const found = {datasource: [{id: 'X', url: 'jdbc:mysql://db/other?a=b&amp;c=d', username: 'u', password: 7}]}
    assert.deepEqual(accountsIn(found, MYSQL), [
      {key: 'datasource[0]', host: 'db', port: 3306, database: 'other', user: 'u', password: '7'},
    ])
  })
})

describe('a configuration as the product reads it', () => {
  const read = (text: string) => {
    const parsed = parseConfig(text, 'toml', config)
    return 'config' in parsed ? parsed.config : assert.fail(parsed.fault)
  }

  it('has the account that hostname, port and name stand for', () => {
    const text = `[database.shared_db]\ntype = "mysql"\nhostname = "db"\nport = "3307"\nname = "shared"\nusername = "u"\npassword = "$ref{custom.p}"
[custom]\np = "s"`
    assert.deepEqual(accountsIn(read(text), MYSQL), [
      {key: 'database.shared_db', host: 'db', port: 3307, database: 'shared', user: 'u', password: 's'},
    ])
  })

  it('has the addresses that references and placeholders stand for', () => {
    const text = `[server]\noffset = 2\n[custom]\nkm = "km"\n[apim.key_manager]\nservice_url = "https://$ref{custom.km}:\${mgt.transport.https.port}/services/"`
    assert.deepEqual(
      readKeyPath(read(text), 'apim.key_manager.service_url').map(({value}) => value),
      ['https://km:9445/services/'],
    )
  })
})

describe('a JDBC URL', () => {
  for (const url of [
    'jdbc:h2:./repository/database/X',
    'jdbc:mysql://mysql:3306/',
    'jdbc:mysql:///x',
    'https://mysql/x',
    '',
  ])
    it(`${JSON.stringify(url)} leads to no MySQL database`, () => assert.equal(readJdbcUrl(url, MYSQL), undefined))

  it("reads URLs of the lab's kind of server alone", () => {
    const place = {host: 'postgresql', database: 'shareddb'}
    assert.deepEqual(readJdbcUrl('jdbc:postgresql://postgresql/shareddb', POSTGRESQL), {...place, port: 5432})
    assert.deepEqual(readJdbcUrl('jdbc:postgresql://postgresql:1/shareddb?a=b', POSTGRESQL), {...place, port: 1})
    assert.equal(readJdbcUrl('jdbc:mysql://mysql:3306/shareddb', POSTGRESQL), undefined)
    assert.equal(readJdbcUrl('jdbc:postgresql://postgresql/shareddb', MYSQL), undefined)
  })
})

describe('a configuration file that can not be parsed', () => {
  it('is told by place, without a word of what stands there', () => {
    assert.deepEqual(parseConfig('[a]\npassword = "hidden" x\n', 'toml', config), {
      fault: 'is not valid TOML: line 2, column 21',
    })
    const yaml = parseConfig('a: {\n  password: hidden\nb: ]', 'yaml', config)
    assert.match('fault' in yaml ? yaml.fault : '', /^is not valid YAML: [a-z ]+ in line \d+, column \d+$/)
  })
})

import assert from 'node:assert/strict'
import {accountsIn, readJdbcUrl} from '../../../../src/lab/links/accounts.js'
import {parseConfig} from '../../../../src/lab/links/parse-config.js'
import {databasePairs} from '../../../../src/model/link-pairs.js'
import {rendered, topology} from '../../../support/lab.js'

const lab = topology()
const {files} = rendered()

const configOf = (node: string, file: string, format: 'toml' | 'yaml') => {
  const content = files.find(({path}) => path.startsWith(`config/${node}/`) && path.endsWith(file))?.content
  const parsed = parseConfig(String(content), format)
  return 'config' in parsed ? parsed.config : assert.fail(parsed.fault)
}

describe('the accounts in a configuration', () => {
  it('are at the keys that the release tells, for every node and database', () => {
    const used = databasePairs(lab).filter(({access}) => access !== 'none')
    assert.ok(used.length > 0)
    for (const {client, database, key} of used) {
      const [spec] = client.spec.config
      const config = configOf(client.name, spec!.readAt.split('/').at(-1)!, spec!.format as 'toml' | 'yaml')
      const account = accountsIn(config).find(candidate => candidate.key === key)
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
    assert.deepEqual(accountsIn(configOf('gateway-1', 'deployment.toml', 'toml')), [])
  })

  it('are found wherever somebody puts one', () => {
    const config = {datasource: [{id: 'X', url: 'jdbc:mysql://db/other?a=b&amp;c=d', username: 'u', password: 7}]}
    assert.deepEqual(accountsIn(config), [
      {key: 'datasource[0]', host: 'db', port: 3306, database: 'other', user: 'u', password: '7'},
    ])
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
    it(`${JSON.stringify(url)} leads to no MySQL database`, () => assert.equal(readJdbcUrl(url), undefined))
})

describe('a configuration file that can not be parsed', () => {
  it('is told by place, without a word of what stands there', () => {
    assert.deepEqual(parseConfig('[a]\npassword = "hidden" x\n', 'toml'), {fault: 'is no TOML: line 2, column 21'})
    const yaml = parseConfig('a: {\n  password: hidden\nb: ]', 'yaml')
    assert.match('fault' in yaml ? yaml.fault : '', /^is no YAML: [a-z ]+ in line \d+, column \d+$/)
  })
})

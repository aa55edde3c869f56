import assert from 'node:assert/strict'
import {join} from 'node:path'
import {accountAt} from '../../src/mini/config/accounts.js'
import {readNodeConfig} from '../../src/mini/config/node-config.js'
import {signingKeyOf} from '../../src/mini/oauth/signing-key.js'
import {ROLES, roleOf} from '../../src/mini/profiles.js'
import {pkcs12TrustStore} from '../../src/render/trust-store.js'
import {COMPLETE, localShared, database} from './support/configs.js'
import {makeHome, type Home} from './support/home.js'
import {CA_PEM} from './support/pki.js'

const read = (home: Home, env = {}) => readNodeConfig(home.role, home.path, env)

/** Reads a configuration in a home of its own. */
const inHome = async <T>(profile: string, config: string, work: (home: Home) => T | Promise<T>): Promise<T> => {
  const home = makeHome(profile, config)
  try {
    return await work(home)
  } finally {
    home.remove()
  }
}

const fails = (profile: string, config: string, message: RegExp, prepare: (home: Home) => void = () => undefined) =>
  inHome(profile, config, async home => {
    prepare(home)
    await assert.rejects(read(home), {name: 'StartFailure', message})
  })

const change = (profile: string, from: string | RegExp, to: string) => {
  const text = COMPLETE[profile] ?? ''
  assert.notEqual(text.replace(from, to), text, `nothing to replace: ${from}`)
  return text.replace(from, to)
}

describe('mini: the configuration of a node', () => {
  for (const role of ROLES) {
    it(`is read whole for ${role.profile}`, () =>
      inHome(role.profile, COMPLETE[role.profile] ?? '', async home => {
        const config = await read(home)
        assert.equal(config.file, join(home.path, role.configFile))
        assert.ok(config.keyStore.key)
        const names = config.databases.map(it => `${it.name}@${it.host}:${it.port} ${it.user}`)
        const expected: Record<string, string[]> = {
          'gateway-worker': [],
          worker: ['permissions', 'statistics'],
          dashboard: ['dashboarddb', 'rules', 'permissions', 'statistics', 'apimgtdb'],
        }
        const databases = expected[role.profile] ?? ['apimgtdb', 'shareddb']
        assert.deepEqual(
          names,
          databases.map(it => `${it}@mysql:3306 account`),
        )
        assert.ok(config.databases.every(it => it.password === 's3cret'))
      }))
  }

  it('gives the traffic manager a broker store, and every node its Carbon store', async () => {
    const files = (profile: string, extra = '') =>
      inHome(profile, COMPLETE[profile] + extra, async home =>
        (await read(home)).localDatabases.map(it => `${it.name} ${it.path.replace(home.path, '$H')}`),
      )
    const carbon = 'WSO2CARBON_DB $H/repository/database/WSO2CARBON_DB'
    assert.deepEqual(await files('api-publisher'), [carbon])
    assert.deepEqual(await files('traffic-manager'), [carbon, 'WSO2MB_DB $H/repository/database/WSO2MB_DB'])
    assert.deepEqual(await files('worker'), ['WSO2_METRICS_DB $H/wso2/dashboard/database/metrics'])
    assert.deepEqual(await files('api-publisher', '[database.local]\nurl = "jdbc:h2:./solr/X;A=B"'), [
      'WSO2CARBON_DB $H/solr/X',
    ])
  })

  it('takes a shared database for a gateway that has one', async () => {
    const names = (config: string) =>
      inHome('gateway-worker', config, async home => (await read(home)).databases.map(it => it.name))
    const own = COMPLETE['gateway-worker'] ?? ''
    assert.deepEqual(await names(own), [])
    assert.deepEqual(await names(change('gateway-worker', localShared, database('shared_db', 'shareddb'))), [
      'shareddb',
    ])
    // Without a URL, type "h2" stands for one.
    assert.deepEqual(await names(change('gateway-worker', /url = "jdbc:h2.*\n/, '')), [])
  })

  it('resolves references and the environment', () =>
    inHome(
      'traffic-manager',
      change('traffic-manager', 'password = "s3cret"', 'password = "$env{DB_PASSWORD}"').replace(
        'username = "account"',
        'username = "$ref{super_admin.username}"',
      ),
      async home => {
        const [apim] = (await read(home, {DB_PASSWORD: 'from env'})).databases
        assert.equal(apim?.password, 'from env')
        assert.equal(apim?.user, 'admin')
        await assert.rejects(
          read(home),
          /key database.apim_db.password: Environment variable DB_PASSWORD not defined in system/,
        )
      },
    ))

  it('takes a PKCS12 key store with its password', () =>
    inHome(
      'api-key-manager',
      change(
        'api-key-manager',
        'file_name = "node.pem"\ntype = "PEM"',
        'file_name = "node.p12"\ntype = "PKCS12"\npassword = "secret"',
      ),
      async home => {
        const {key, certificate} = signingKeyOf((await read(home)).keyStore)
        assert.ok(certificate.checkPrivateKey(key))
      },
    ))

  it('takes a PKCS12 trust store as one of type JKS, as JVMs do', () =>
    inHome(
      'api-key-manager',
      change(
        'api-key-manager',
        'file_name = "ca.pem"\ntype = "PEM"',
        'file_name = "trust.jks"\ntype = "JKS"\npassword = "secret"',
      ),
      async home => {
        home.write('repository/resources/security/trust.jks', Buffer.from(pkcs12TrustStore({ca: CA_PEM}, 'secret')))
        assert.equal((await read(home)).trust?.toString().replaceAll(/\s/g, ''), CA_PEM.replaceAll(/\s/g, ''))
      },
    ))

  it('takes one for analytics too, where its name tells its type', () =>
    inHome(
      'dashboard',
      change(
        'dashboard',
        /trustStorePath: (.*)ca\.pem"/,
        'trustStorePath: $1trust.jks"\n        trustStorePassword: secret',
      ),
      async home => {
        home.write('resources/security/trust.jks', Buffer.from(pkcs12TrustStore({ca: CA_PEM}, 'secret')))
        assert.ok((await read(home)).trust?.includes('BEGIN CERTIFICATE'))
      },
    ))
})

describe('mini: configurations that are refused', () => {
  const km = 'api-key-manager'
  const tlsFile = 'file_name = "node.pem"\ntype = "PEM"'
  const cases: [string, string, string, RegExp][] = [
    [
      'a role of another profile',
      km,
      change(km, 'server_role = "api-key-manager"', 'server_role = "api-store"'),
      /key server.server_role is "api-store" \(it must be the profile that the node runs\); expected "api-key-manager"/,
    ],
    ['no role', km, change(km, /server_role.*/, ''), /key server.server_role is missing/],
    ['no host name', km, change(km, /hostname.*/, ''), /key server.hostname is missing/],
    [
      'a port offset',
      km,
      change(km, '[super_admin]', 'offset = -1\n[super_admin]'),
      /key server.offset is "-1" \(all ports are moved by it\); expected 3/,
    ],
    [
      'another user store',
      km,
      change(km, 'database_unique_id', 'read_write_ldap'),
      /key user_store.type is "read_write_ldap"/,
    ],
    ['no admin', km, change(km, 'username = "admin"', ''), /Configuration with key super_admin.username doesn't exist/],
    [
      'no database: the default is embedded',
      km,
      change(km, /\[database.apim_db\][^[]*/, ''),
      /key database.apim_db.url is no jdbc:mysql URL \(it holds APIs, applications and subscriptions\)/,
    ],
    [
      'another database server',
      km,
      change(km, 'type = "mysql"', 'type = "oracle"'),
      /key database.apim_db.type is "oracle"/,
    ],
    [
      'a JDBC URL that is none',
      km,
      change(km, /jdbc:mysql:\/\/[^"]*apimgtdb/, 'mysql://x/apimgtdb'),
      /key database.apim_db.url is no jdbc:mysql URL/,
    ],
    ['no password', km, change(km, 'password = "s3cret"', ''), /key database.apim_db.password is missing/],
    [
      'a password that is a number',
      km,
      change(km, 'password = "s3cret"', 'password = 5'),
      /key database.apim_db.password is a number/,
    ],
    [
      'a local database on a server',
      km,
      `${COMPLETE[km]}[database.local]\nurl = "jdbc:mysql://mysql:3306/carbon"`,
      /key database.local.url is on a database server \(WSO2CARBON_DB is local to each node\)/,
    ],
    [
      'no key store: the default is not there',
      km,
      change(km, 'file_name = "node.pem"', ''),
      /key keystore.tls.file_name names \S+wso2carbon.jks, which can't be read: ENOENT/,
    ],
    [
      'a key store that is not there',
      km,
      change(km, 'node.pem', 'none.pem'),
      /key keystore.tls.file_name names \S+none.pem, which can't be read: ENOENT/,
    ],
    [
      'a key store without a key',
      km,
      change(km, 'node.pem', 'ca.pem'),
      /which is no PEM file with a key and its certificates/,
    ],
    [
      'a key store of another kind',
      km,
      change(km, tlsFile, 'file_name = "node.pem"\ntype = "JKS"\npassword = "x"'),
      /which is no PKCS12 file that the password opens/,
    ],
    [
      'a wrong key store password',
      km,
      change(km, tlsFile, 'file_name = "node.p12"\ntype = "PKCS12"\npassword = "nope"'),
      /which is no PKCS12 file that the password opens/,
    ],
    [
      'a trust store of the old JKS format',
      km,
      change(km, 'file_name = "ca.pem"\ntype = "PEM"', 'file_name = "node.pem"\ntype = "JKS"'),
      /key truststore.file_name names \S+node.pem, which is no PKCS12 file that the password opens/,
    ],
    [
      'a trust store with a certificate that nothing marks as trusted',
      km,
      change(km, 'file_name = "ca.pem"\ntype = "PEM"', 'file_name = "node.p12"\ntype = "PKCS12"\npassword = "secret"'),
      /key truststore.file_name names \S+node.p12, in which no certificate is marked as trusted/,
    ],
    [
      'a trust store without certificates',
      'dashboard',
      change('dashboard', 'security/ca.pem', 'security/empty.pem'),
      /trustStorePath names \S+empty.pem, which has no certificate in PEM/,
    ],
    [
      'a datasource that is not there',
      'dashboard',
      change('dashboard', 'name: AM_DB', 'name: OTHER'),
      /^deployment.yaml: key wso2.datasources.dataSources is missing \(the dashboard looks up .*expected a datasource with name: AM_DB/,
    ],
    [
      'analytics with another offset',
      'worker',
      change('worker', 'offset: 1', 'offset: 0'),
      /key wso2.carbon.ports.offset is 0 .*expected 1/,
    ],
    [
      'a circle of references',
      km,
      change(km, 'hostname = "node.lab.localhost"', 'hostname = "$ref{server.hostname}"'),
      /key server.hostname: References can't be resolved for server.hostname/,
    ],
  ]
  for (const [name, profile, config, message] of cases) {
    it(name, () => fails(profile, config, message, home => home.write('resources/security/empty.pem', 'nothing')))
  }

  it('says where the file is not TOML', async () => {
    await fails(km, 'a = 1\nb = [1,\n\n[c', /^\/\S+deployment.toml:\d+:\d+: not TOML: \S/)
    await fails(km, 'a = 1\na = 2', /^\/\S+deployment.toml:2:\d+: not TOML: /)
  })

  it('says where the file is not YAML', async () => {
    await fails('worker', 'a: 1\nb: [1\nc: 2', /^\/\S+deployment.yaml:\d+:\d+: not YAML: \S/)
    await fails('worker', 'a: 1\na: 2', /^\/\S+deployment.yaml:2:1: not YAML: /)
  })

  it('says that the file is not there', async () => {
    await fails(km, '', /^\/\S+deployment.toml can't be read: ENOENT/, home => home.remove())
  })

  it('refuses an unknown profile', () => {
    assert.throws(() => roleOf('default'), /PROFILE_NAME is "default"; expected one of api-publisher, /)
    assert.throws(() => roleOf(undefined), /PROFILE_NAME is not set/)
  })

  it('tells no secret, whatever is wrong', async () => {
    const broken = [/url = "jdbc[^"]*"/, /jdbc:mysql/, /file_name = "node.pem"/, /username = "admin"/]
    for (const part of broken) {
      await inHome(km, change(km, part, ''), home =>
        assert.rejects(read(home), (error: Error) => !error.message.includes('s3cret')),
      )
    }
  })
})

describe('mini: an offset', () => {
  const offsetOf = (config: string) => inHome('api-key-manager', config, async home => (await read(home)).offset)

  it('moves all ports of a node', async () =>
    assert.equal(await offsetOf(change('api-key-manager', '[super_admin]', 'offset = 3\n[super_admin]')), 3))

  it('moves the ports that placeholders stand for, in texts, lists and arrays of tables; the account is the administrator', async () => {
    const text = change('api-devportal', '[super_admin]', 'offset = 7\n[super_admin]')
      .replace(
        /^revoke_endpoint = .*$/m,
        'revoke_endpoint = "https://localhost:${mgt.transport.https.port}/oauth2/revoke"',
      )
      .replace(
        /^throttle_decision_endpoints = .*$/m,
        'throttle_decision_endpoints = ["tcp://${carbon.local.ip}:${jms.port}"]',
      )
      .replace(
        /^traffic_manager_urls = .*$/m,
        'traffic_manager_urls = ["tcp://${carbon.local.ip}:${receiver.url.port}"]',
      )
      .replace(
        /^traffic_manager_auth_urls = .*$/m,
        'traffic_manager_auth_urls = ["ssl://${carbon.host}:${auth.url.port}"]',
      )
      .replace(/^\[apim\.throttling\]$/m, '[apim.throttling]\nusername = "${admin.username}"')
    const {links, settings} = await inHome('api-devportal', text, home => read(home))
    const at = (key: string) => links.find(it => it.key.startsWith(key))?.address
    assert.deepEqual(
      [
        at('apim.oauth_config.revoke_endpoint'),
        at('apim.throttling.throttle_decision_endpoints[0]'),
        at('apim.throttling.url_group[0].traffic_manager_urls[0]'),
        accountAt(settings, 'apim.throttling').username,
      ],
      ['https://localhost:9450/oauth2/revoke', 'tcp://127.0.0.1:5679', 'tcp://127.0.0.1:9618', 'admin'],
    )
    assert.match(at('apim.throttling.url_group[0].traffic_manager_auth_urls[0]') ?? '', /^ssl:\/\/.+:9718$/)
  })

  it("is none where nothing is said: the ports are the product's", async () =>
    assert.equal(await offsetOf(COMPLETE['api-key-manager'] ?? ''), 0))
})

import assert from 'node:assert/strict'
import {createServer} from 'node:https'
import {createHash, createPrivateKey} from 'node:crypto'
import {createLocalJWKSet, jwtVerify, SignJWT, decodeProtectedHeader, UnsecuredJWT} from 'jose'
import {removeExpired} from '../../src/mini/components/key-manager/cleaning.js'
import {ensureSuperAdmin} from '../../src/mini/users/super-admin.js'
import type {AskOptions} from '../support/ask.js'
import {onMysql} from './support/in-cluster.js'
import {NODE, STRANGER} from './support/pki.js'
import {seedUser} from './support/seed.js'
import {until} from './support/until.js'

const DCR = '/client-registration/v0.17/register'
const KM_DCR = '/keymanager-operations/dcr/register'
const SCOPES = '/api/identity/oauth2/v1.0/scopes'
const TENANTS = '/services/TenantMgtAdminService'
const ADMIN = 'admin:admin'
const ALL_GRANTS = 'client_credentials password refresh_token'
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

interface Client {
  readonly id: string
  readonly secret: string
  readonly basic: string
}

const toClient = (id: string, secret: string): Client => ({id, secret, basic: `${id}:${secret}`})

describe('mini: key manager', function () {
  this.timeout(60_000)
  const {databases, cluster, newCluster, close} = onMysql()

  const open = async (schema: 'mini' | 'product' = 'mini', nodes = ['key-manager-1']) => {
    await newCluster([...nodes, 'traffic-manager-1', 'gateway-1'], {schema, analytics: false})
    await Promise.all(nodes.map(it => cluster.start(it)))
    await until('the super admin', () =>
      cluster
        .node('key-manager-1')
        .health()
        .waitingFor.every(it => !it.includes('admin')),
    )
  }
  const km = (path: string, options?: AskOptions) => cluster.ask('key-manager-1', 9443, path, options)

  const register = async (name: string, more = {}, node = 'key-manager-1', basic = ADMIN): Promise<Client> => {
    const json = {
      clientName: name,
      owner: basic.split(':')[0],
      grantType: ALL_GRANTS,
      saasApp: true,
      callbackUrl: 'www.example.com',
      ...more,
    }
    const {status, body} = await cluster.ask(node, 9443, DCR, {json, basic})
    assert.equal(status, 200, JSON.stringify(body))
    return toClient(body.clientId, body.clientSecret)
  }
  const token = (client: Client, form: Record<string, string>, node = 'key-manager-1') =>
    cluster.ask(node, 9443, '/oauth2/token', {basic: client.basic, form})
  const login = (client: Client, scope = '', username = 'admin', password = 'admin') =>
    token(client, {grant_type: 'password', username, password, ...(scope && {scope})})
  const introspect = (text: string, options: AskOptions = {basic: ADMIN}) =>
    km('/oauth2/introspect', {form: {token: text}, ...options})
  const revoke = (client: Client, text: string, node = 'key-manager-1') =>
    cluster.ask(node, 9443, '/oauth2/revoke', {basic: client.basic, form: {token: text}})
  const count = async (sql: string, values: unknown[] = []) =>
    (await databases.query<{n: number}>('apimgtdb', sql, values))[0]?.n

  for (const schema of ['mini', 'product'] as const) {
    describe(`two nodes on ${schema === 'mini' ? "mini's own schema" : "the product's whole schema"}`, () => {
      const NODES = ['key-manager-1', 'key-manager-2', 'publisher-1', 'devportal-1']
      before(() => open(schema, NODES))
      after(close)

      it('start at once on empty databases and make one super admin', async () => {
        await until('both to be done', () =>
          ['key-manager-1', 'key-manager-2'].every(
            it =>
              !cluster
                .node(it)
                .health()
                .waitingFor.some(what => what.includes('super admin')),
          ),
        )
        const users = await databases.query<{name: string}>('shareddb', 'SELECT UM_USER_NAME AS name FROM UM_USER')
        assert.deepEqual(users, [{name: 'admin'}])
      })

      for (const node of NODES) {
        it(`${node}: an opaque token for the REST APIs, its introspection, refresh and end`, async () => {
          const client = await register(`lab ${node}`, {}, node)
          const scope = 'apim:api_view apim:admin apim:nonsense'
          const first = await token(client, {grant_type: 'password', username: 'admin', password: 'admin', scope}, node)
          assert.equal(first.status, 200, first.text)
          assert.match(first.body.access_token, UUID)
          assert.equal(first.headers['cache-control'], 'no-store')
          assert.equal(first.body.scope, 'apim:admin apim:api_view')
          assert.equal(first.body.token_type, 'Bearer')
          assert.equal(first.body.expires_in, 3600)

          const seen = await introspect(first.body.access_token)
          assert.equal(seen.body.active, true)
          assert.equal(seen.body.client_id, client.id)
          assert.equal(seen.body.username, 'admin@carbon.super')
          assert.equal(seen.body.exp - seen.body.iat, 3600)
          assert.ok(Math.abs(seen.body.iat - Date.now() / 1000) < 30)

          const form = {grant_type: 'refresh_token', refresh_token: first.body.refresh_token}
          const second = await token(client, form, node)
          assert.equal(second.status, 200, second.text)
          assert.equal(second.body.scope, 'apim:admin apim:api_view')
          const again = await token(client, form, node)
          assert.equal(again.status, 400)
          assert.equal(again.body.error, 'invalid_grant')
          assert.deepEqual((await introspect(first.body.access_token)).body, {active: false})

          assert.equal((await revoke(client, second.body.access_token, node)).status, 200)
          assert.deepEqual((await introspect(second.body.access_token)).body, {active: false})
          assert.equal((await revoke(client, second.body.access_token, node)).status, 200)
        })
      }

      it('only the key manager lists what it revoked', async () => {
        const listed = () => count('SELECT COUNT(*) AS n FROM AM_REVOKED_JWT')
        const before = await listed()
        const client = await register('lister')
        for (const node of ['publisher-1', 'devportal-1']) {
          const {body} = await token(client, {grant_type: 'client_credentials'}, node)
          await revoke(client, body.access_token, node)
          assert.deepEqual((await introspect(body.access_token)).body, {active: false})
        }
        assert.equal(await listed(), before)
        const {body} = await token(client, {grant_type: 'client_credentials'})
        await revoke(client, body.access_token)
        const hash = createHash('sha256').update(body.access_token).digest('hex')
        assert.equal(
          await count("SELECT COUNT(*) AS n FROM AM_REVOKED_JWT WHERE SIGNATURE = ? AND TOKEN_TYPE = 'DEFAULT'", [
            hash,
          ]),
          1,
        )
      })

      it("a JWT of the key manager opens the publisher's REST API, until it is revoked", async () => {
        const client = await register('self-contained', {tokenType: 'JWT'})
        const {body} = await login(client, 'apim:api_view')
        const list = (bearer: string) => cluster.ask('publisher-1', 9443, '/api/am/publisher/v1/apis', {bearer})
        assert.equal((await list(body.access_token)).status, 200)
        assert.equal((await list(body.access_token.slice(0, -8))).status, 401)
        assert.equal((await list((await login(client)).body.access_token)).status, 403)
        await revoke(client, body.access_token)
        assert.equal((await list(body.access_token)).status, 401)
      })

      it('secrets are in the database as in the product, and in no log', async () => {
        const client = await register('secretive')
        const {body} = await login(client)
        const kept = await databases.query<{secret: string}>(
          'apimgtdb',
          'SELECT CONSUMER_SECRET AS secret FROM IDN_OAUTH_CONSUMER_APPS WHERE CONSUMER_KEY = ?',
          [client.id],
        )
        assert.deepEqual(kept, [{secret: client.secret}])
        const hash = (text: string) =>
          JSON.stringify({hash: createHash('sha256').update(text).digest('hex'), algorithm: 'SHA-256'})
        const sql =
          'SELECT REFRESH_TOKEN AS refresh, ACCESS_TOKEN_HASH AS hash, REFRESH_TOKEN_HASH AS refreshHash, TOKEN_STATE_ID AS state ' +
          'FROM IDN_OAUTH2_ACCESS_TOKEN WHERE ACCESS_TOKEN = ?'
        assert.deepEqual(await databases.query('apimgtdb', sql, [body.access_token]), [
          {
            refresh: body.refresh_token,
            hash: hash(body.access_token),
            refreshHash: hash(body.refresh_token),
            state: 'NONE',
          },
        ])
        const log = cluster.log('key-manager-1').join('\n')
        for (const secret of [client.secret, body.access_token, body.refresh_token]) assert.ok(!log.includes(secret))
      })

      it('50 calls of one client at once, at two nodes: one token for all, with what is left of its time', async () => {
        const client = await register('busy')
        const nodes = ['key-manager-1', 'key-manager-2']
        const answers = await Promise.all(
          Array.from({length: 50}, (_, i) => token(client, {grant_type: 'client_credentials'}, nodes[i % 2])),
        )
        assert.deepEqual(
          answers.map(it => it.status),
          answers.map(() => 200),
        )
        const [first = '', ...others] = new Set(answers.map(it => it.body.access_token as string))
        assert.deepEqual(others, [])
        assert.equal((await introspect(first)).body.active, true)
      })

      it('50 calls for a JWT at once: all get one, and the last one lives', async () => {
        const client = await register('busy too', {tokenType: 'JWT'})
        const nodes = ['key-manager-1', 'key-manager-2']
        const answers = await Promise.all(
          Array.from({length: 50}, (_, i) => token(client, {grant_type: 'client_credentials'}, nodes[i % 2])),
        )
        const tokens = answers.map(it => it.body.access_token as string)
        assert.equal(new Set(tokens).size, 50)
        const seen = await Promise.all(tokens.map(it => introspect(it)))
        assert.equal(seen.filter(it => it.body.active).length, 1)
        const sql =
          "SELECT COUNT(*) AS n FROM IDN_OAUTH2_ACCESS_TOKEN t JOIN IDN_OAUTH_CONSUMER_APPS c ON c.ID = t.CONSUMER_KEY_ID WHERE t.TOKEN_STATE = 'ACTIVE' AND c.CONSUMER_KEY = ?"
        assert.equal(await count(sql, [client.id]), 1)
      })

      it('of many who refresh with one token at once, one gets a new one', async () => {
        const client = await register('impatient')
        const {body} = await login(client)
        const form = {grant_type: 'refresh_token', refresh_token: body.refresh_token}
        const answers = await Promise.all(
          Array.from({length: 10}, (_, i) => token(client, form, i % 2 ? 'key-manager-1' : 'key-manager-2')),
        )
        assert.deepEqual(answers.map(it => it.status).sort(), [200, ...Array.from({length: 9}, () => 400)])
      })

      it('a name that is registered twice at once is one application', async () => {
        const clients = await Promise.all([
          register('once'),
          register('once', {}, 'key-manager-2'),
          register('once', {}, 'publisher-1'),
        ])
        assert.equal(new Set(clients.map(it => it.basic)).size, 1)
        assert.equal(await count("SELECT COUNT(*) AS n FROM IDN_OAUTH_CONSUMER_APPS WHERE APP_NAME = 'once'"), 1)
        const last = await register('once', {grantType: 'password', callbackUrl: 'https://elsewhere.example.com'})
        assert.equal(last.basic, clients[0]?.basic, 'the same, secret included, and its row stays as it was')
        assert.equal((await token(last, {grant_type: 'client_credentials'})).status, 200)
      })

      it('an application that goes takes its tokens along', async () => {
        const client = await register('leaving')
        const {body} = await login(client)
        assert.equal((await km(`${DCR}/${client.id}`, {basic: ADMIN})).body.clientName, 'leaving')
        const put = {json: {clientName: 'leaving2', owner: 'admin', grantType: 'password'}, method: 'PUT', basic: ADMIN}
        assert.equal((await km(`${DCR}/${client.id}`, put)).body.clientName, 'leaving2')
        assert.equal((await km(`${DCR}/${client.id}`, {method: 'DELETE', basic: ADMIN})).status, 204)
        assert.deepEqual((await introspect(body.access_token)).body, {active: false})
        assert.equal((await login(client)).status, 401)
        assert.equal((await km(`${DCR}/${client.id}`, {method: 'DELETE', basic: ADMIN})).status, 404)
      })

      it('an application that goes while tokens are asked for: tokens or 401, nothing else', async () => {
        const client = await register('fleeting')
        const asking = Array.from({length: 20}, () => token(client, {grant_type: 'client_credentials'}))
        const removing = km(`${DCR}/${client.id}`, {method: 'DELETE', basic: ADMIN})
        assert.equal((await removing).status, 204)
        for (const {status} of await Promise.all(asking)) assert.ok(status === 200 || status === 401, String(status))
      })

      it('tokens that nobody can use any more are removed, the others stay', async () => {
        const client = await register('clean')
        const {body: app} = await token(client, {grant_type: 'client_credentials', validity_period: '10'})
        const {body: user} = await login(client)
        const later = Date.now() + 60_000
        assert.ok((await removeExpired(databases.pool('apimgtdb'), later)) >= 1)
        assert.deepEqual((await introspect(app.access_token)).body, {active: false})
        assert.equal((await introspect(user.access_token)).body.active, true)
        await removeExpired(databases.pool('apimgtdb'), Date.now() + 7200_000)
        const refreshed = await token(client, {grant_type: 'refresh_token', refresh_token: user.refresh_token})
        assert.equal(refreshed.status, 200, 'its refresh token lives longer')
        await removeExpired(databases.pool('apimgtdb'), Date.now() + 366 * 86_400_000)
        assert.equal(await count('SELECT COUNT(*) AS n FROM IDN_OAUTH2_ACCESS_TOKEN'), 0)
        assert.equal(await count('SELECT COUNT(*) AS n FROM IDN_OAUTH2_ACCESS_TOKEN_SCOPE'), 0)
        assert.equal(await count('SELECT COUNT(*) AS n FROM AM_REVOKED_JWT'), 0)
      })
    })
  }

  describe('applications of the portal', () => {
    before(() => open())
    after(close)

    const dcr = async (name: string, more = {}) => {
      const json = {client_name: name, grant_types: ALL_GRANTS.split(' '), ext_application_owner: 'admin', ...more}
      const answer = await km(KM_DCR, {json, basic: ADMIN})
      assert.equal(answer.status, 201, answer.text)
      return {answer, client: toClient(answer.body.client_id, answer.body.client_secret)}
    }

    it('get self-contained tokens that the published keys verify', async () => {
      const {client, answer} = await dcr('admin_lab_PRODUCTION', {redirect_uris: ['https://a.example.com']})
      assert.deepEqual(answer.body.redirect_uris, ['https://a.example.com'])
      assert.equal(answer.body.token_type_extension, 'JWT')
      const {body} = await token(client, {grant_type: 'client_credentials', validity_period: '120'})
      assert.equal(body.scope, 'am_application_scope default')
      assert.equal(body.expires_in, 120)
      assert.equal(body.refresh_token, undefined)
      const keys = createLocalJWKSet((await km('/oauth2/jwks')).body)
      const discovery = (await km('/oauth2/token/.well-known/openid-configuration')).body
      assert.deepEqual((await km('/oauth2/oidcdiscovery/.well-known/openid-configuration')).body, discovery)
      assert.deepEqual((await km('/t/example.com/oauth2/jwks')).body, (await km('/oauth2/jwks')).body)
      const {payload} = await jwtVerify(body.access_token, keys, {issuer: discovery.issuer, audience: client.id})
      assert.equal(payload.iss, 'https://localhost:9443/oauth2/token')
      assert.equal(payload.sub, 'admin@carbon.super')
      assert.equal(payload.aut, 'APPLICATION')
      assert.equal(payload.azp, client.id)
      assert.equal(payload.scope, 'am_application_scope default')
      assert.equal((payload.exp ?? 0) - (payload.iat ?? 0), 120)
      assert.match(payload.jti ?? '', UUID)
      const header = decodeProtectedHeader(body.access_token)
      assert.equal(header.kid, `${header.x5t}_RS256`)

      assert.equal((await introspect(body.access_token)).body.active, true)
      assert.deepEqual((await introspect(payload.jti ?? '')).body, {active: false}, 'its jti alone is no token')
    })

    it('a token can live for ever, as long as the product lets it', async () => {
      const {client} = await dcr('eternal')
      const {body} = await token(client, {grant_type: 'client_credentials', validity_period: '-2'})
      assert.ok(body.expires_in > 3e9)
      assert.equal((await introspect(body.access_token)).body.active, true)
      const usual = await token(client, {grant_type: 'client_credentials', validity_period: '0'})
      assert.equal(usual.body.expires_in, 3600)
    })

    it('opaque tokens are given to who asks for them', async () => {
      const {client} = await dcr('opaque', {token_type_extension: 'OAUTH'})
      assert.match((await token(client, {grant_type: 'client_credentials'})).body.access_token, UUID)
    })

    it('can be read, changed, given another secret or owner, and removed', async () => {
      await seedUser(databases, 'bob', 'bob-password', ['admin'])
      const {client} = await dcr('changing')
      const path = `${KM_DCR}/${client.id}`
      const read = await km(path, {basic: ADMIN})
      assert.equal(read.body.client_name, 'changing')
      assert.equal(read.body.client_secret, client.secret)
      const json = {client_name: 'changed', grant_types: ['password'], token_type_extension: 'OAUTH'}
      assert.deepEqual((await km(path, {json, method: 'PUT', basic: ADMIN})).body.grant_types, ['password'])
      const refused = await token(client, {grant_type: 'client_credentials'})
      assert.deepEqual([refused.status, refused.body.error], [400, 'unauthorized_client'])
      const renewed = await km(`${path}/regenerate-consumer-secret`, {method: 'POST', basic: ADMIN})
      assert.equal((await login(client)).status, 401)
      assert.equal((await login(toClient(client.id, renewed.body.client_secret))).status, 200)
      const owned = await km(`${path}/change-owner?applicationOwner=bob`, {method: 'POST', basic: ADMIN})
      assert.equal(owned.body.ext_application_owner, 'bob')
      assert.equal((await km(path, {method: 'DELETE', basic: ADMIN})).status, 204)
      assert.equal((await km(path, {basic: ADMIN})).status, 404)
    })

    it('a name, or an id that was asked for, is taken once', async () => {
      const id = {ext_param_client_id: 'chosen_client_id_1', ext_param_client_secret: 'chosen'}
      const {client} = await dcr('taken', id)
      assert.deepEqual([client.id, client.secret], ['chosen_client_id_1', 'chosen'])
      const json = {client_name: 'taken', ext_application_owner: 'admin'}
      const again = await km(KM_DCR, {json, basic: ADMIN})
      assert.deepEqual([again.status, again.body.error], [409, 'invalid_client_metadata'])
      assert.equal((await km(KM_DCR, {json: {...json, client_name: 'other', ...id}, basic: ADMIN})).status, 409)
      const both = await Promise.all([1, 2].map(() => km(KM_DCR, {json: {...json, client_name: 'race'}, basic: ADMIN})))
      assert.deepEqual(both.map(it => it.status).sort(), [201, 409])
    })

    describe('forged tokens', () => {
      let client: Client
      let good: string
      const claims = (more = {}) => {
        const [, payload = ''] = good.split('.')
        return {...(JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>), ...more}
      }
      const sign = (more = {}, key = NODE.key) =>
        new SignJWT(claims(more)).setProtectedHeader({alg: 'RS256'}).sign(createPrivateKey(key))
      before(async () => {
        client = (await dcr('forged')).client
        good = (await login(client, 'apim:admin')).body.access_token
      })

      const FORGED: Record<string, () => Promise<string> | string> = {
        'without a signature': () => new UnsecuredJWT(claims()).encode(),
        'signed by another key': () => sign({}, STRANGER.key),
        'of another issuer': () => sign({iss: 'https://evil.example.com'}),
        'of an issuer elsewhere below this host': () => sign({iss: 'https://localhost:9443/evil'}),
        'of an unknown jti': () => sign({jti: 'b1a6ec7a-0000-4000-8000-000000000000'}),
        'without a jti': () => sign({jti: undefined}),
        'with a jti that is no text': () => sign({jti: {}}),
        'that has expired': () => sign({exp: 1}),
        truncated: () => good.slice(0, -10),
        'without its last part': () => good.split('.').slice(0, 2).join('.'),
        'signed by the public key as a secret': () =>
          new SignJWT(claims()).setProtectedHeader({alg: 'HS256'}).sign(Buffer.from(NODE.cert)),
        'of nothing': () => '..',
        'of SQL': () => "' OR '1'='1",
        'with a NUL': () => 'a\0b',
        'of 10,000 letters': () => 'a'.repeat(10_000),
      }
      for (const [what, forge] of Object.entries(FORGED)) {
        it(`${what}: not active, nobody's, and revoking it changes nothing`, async () => {
          const forged = await forge()
          assert.deepEqual((await introspect(forged)).body, {active: false})
          const as = /^[\x21-\x7e]+$/.test(forged) ? {bearer: forged} : {headers: {authorization: 'Bearer x y'}}
          assert.equal((await introspect(good, as)).status, 401)
          assert.equal((await km('/oauth2/userinfo', as)).status, 401)
          if (what !== 'that has expired') assert.equal((await revoke(client, forged)).status, 200)
          assert.equal((await introspect(good, {bearer: good})).body.active, true)
        })
      }

      it('another client may not revoke it', async () => {
        const other = (await dcr('stranger')).client
        const {status, body} = await revoke(other, good)
        assert.deepEqual([status, body.error], [401, 'unauthorized_client'])
        assert.equal((await introspect(good)).body.active, true)
      })
    })

    it('a refresh token revokes its access token too', async () => {
      const {client} = await dcr('refresher')
      const {body} = await login(client)
      assert.equal((await revoke(client, body.refresh_token)).status, 200)
      assert.deepEqual((await introspect(body.access_token)).body, {active: false})
      const again = await token(client, {grant_type: 'refresh_token', refresh_token: body.refresh_token})
      assert.deepEqual([again.status, again.body.error], [400, 'invalid_grant'])
    })

    it('a refresh may ask for fewer scopes, never for more', async () => {
      const {client} = await dcr('narrow')
      const {body} = await login(client, 'apim:api_view apim:subscribe')
      const form = {grant_type: 'refresh_token', refresh_token: body.refresh_token}
      const more = await token(client, {...form, scope: 'apim:admin'})
      assert.deepEqual([more.status, more.body.error], [400, 'invalid_scope'])
      assert.equal((await token(client, {...form, scope: 'apim:subscribe'})).body.scope, 'apim:subscribe')
    })
  })

  describe('scopes', () => {
    before(async () => {
      await open()
      await seedUser(databases, 'manager', 'manager-1', ['Manager'])
      await seedUser(databases, 'nobody', 'nobody-1')
      await databases.query(
        'shareddb',
        "INSERT INTO UM_HYBRID_USER_ROLE (UM_USER_NAME, UM_ROLE_ID, UM_TENANT_ID, UM_DOMAIN_ID) SELECT 'nobody', r.UM_ID, r.UM_TENANT_ID, d.UM_DOMAIN_ID FROM UM_HYBRID_ROLE r JOIN UM_DOMAIN d ON d.UM_TENANT_ID = r.UM_TENANT_ID WHERE r.UM_ROLE_NAME = 'creator' AND d.UM_DOMAIN_NAME = 'PRIMARY'",
      )
    })
    after(close)

    it('are made, read, changed and removed', async () => {
      const json = {name: 'orders', displayName: 'Orders', description: 'x', bindings: ['manager']}
      const made = await km(SCOPES, {json, basic: ADMIN})
      assert.equal(made.status, 201, made.text)
      assert.deepEqual(made.body, json)
      assert.equal((await km(SCOPES, {json, basic: ADMIN})).status, 409)
      assert.deepEqual((await km(SCOPES, {basic: ADMIN})).body, [json])
      const path = `${SCOPES}/name/orders`
      assert.equal((await km(path, {method: 'HEAD', basic: ADMIN})).status, 200)
      const changed = {displayName: 'All orders', description: '', bindings: ['manager', 'clerk']}
      const put = await km(path, {json: changed, method: 'PUT', basic: ADMIN})
      assert.deepEqual(put.body, {name: 'orders', ...changed, bindings: ['clerk', 'manager']})
      assert.equal((await km(path, {method: 'DELETE', basic: ADMIN})).status, 204)
      for (const method of ['GET', 'HEAD', 'DELETE']) assert.equal((await km(path, {method, basic: ADMIN})).status, 404)
    })

    it('are granted by role, left out where the role is missing, and free where they have none', async () => {
      const client = await register('scoped')
      const make = (name: string, bindings: string[]) =>
        km(SCOPES, {json: {name, displayName: name, bindings}, basic: ADMIN})
      await make('orders', ['MANAGER'])
      await make('news', [])
      const asked = 'orders news apim:api_create apim:api_publish unknown openid'
      const granted = async (user: string, password: string) => (await login(client, asked, user, password)).body.scope
      assert.equal(await granted('manager', 'manager-1'), 'news openid orders')
      assert.equal(await granted('nobody', 'nobody-1'), 'apim:api_create news openid')
      assert.equal(await granted('admin', 'admin'), 'apim:api_create apim:api_publish news openid')
      assert.equal((await login(client, 'orders', 'nobody', 'nobody-1')).body.scope, 'default')
      const app = await token(client, {grant_type: 'client_credentials', scope: 'news apim:admin'})
      assert.equal(app.body.scope, 'am_application_scope apim:admin news')
    })

    it('openid opens the user info', async () => {
      const client = await register('profile')
      const {body} = await login(client, 'openid')
      assert.deepEqual((await km('/oauth2/userinfo', {bearer: body.access_token})).body, {sub: 'admin@carbon.super'})
      const plain = await login(client)
      assert.equal((await km('/oauth2/userinfo', {bearer: plain.body.access_token})).status, 403)
    })

    it('introspection is for administrators and their tokens', async () => {
      const client = await register('asker')
      const {body} = await login(client)
      const asking = async (options: AskOptions) => (await introspect(body.access_token, options)).status
      assert.equal(await asking({}), 401)
      assert.equal(await asking({basic: 'admin:wrong'}), 401)
      assert.equal(await asking({basic: 'nobody:nobody-1'}), 403)
      assert.equal(await asking({bearer: body.access_token}), 403)
      const {body: able} = await login(client, 'internal_application_mgt_view')
      assert.equal(await asking({bearer: able.access_token}), 200)
    })

    it('claims of users are told to administrators', async () => {
      const path =
        '/keymanager-operations/user-info/claims?username=manager&domain=PRIMARY&dialect=http://wso2.org/claims'
      const {body} = await km(path, {basic: ADMIN})
      assert.equal(body.count, body.list.length)
      assert.ok(
        body.list.some((it: {uri: string; value: string}) => it.uri.endsWith('/role') && it.value.includes('Manager')),
      )
      assert.equal((await km(path)).status, 401)
      const unknown = await km(path.replace('=manager', "='OR 1=1--"), {basic: ADMIN}).catch(() => undefined)
      assert.ok(unknown === undefined || unknown.body.count === 0)
      assert.equal((await km(path.replace('=manager', '=%00%F0%9F%98%80'), {basic: ADMIN})).body.count, 0)
    })

    it('a name or a password that is wrong gets one answer', async () => {
      const client = await register('guessed')
      const answers = [await login(client, '', 'manager', 'wrong'), await login(client, '', 'nosuch0', 'wrong')]
      assert.deepEqual(
        answers.map(it => it.status),
        [400, 400],
      )
      const [first, second] = answers.map(it => it.text.replace(/manager|nosuch0/, 'X'))
      assert.equal(first, second)
    })
  })

  describe('tenants', () => {
    before(() => open())
    after(close)
    const soap = (body: string, basic = ADMIN) =>
      km(TENANTS, {
        basic,
        headers: {'content-type': 'text/xml'},
        body: `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:ser="http://services.mgt.tenant.carbon.wso2.org" xmlns:xsd="http://beans.common.stratos.carbon.wso2.org/xsd"><soapenv:Header/><soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`,
      })
    const add = (domain: string, more = '', basic = ADMIN) =>
      soap(
        `<ser:addTenant><ser:tenantInfoBean><xsd:active>true</xsd:active><xsd:admin>boss</xsd:admin><xsd:adminPassword>boss&amp;co</xsd:adminPassword>` +
          `<xsd:createdDate></xsd:createdDate><xsd:email>boss@${domain}</xsd:email><xsd:firstname>B</xsd:firstname><xsd:lastname>O</xsd:lastname>` +
          `<xsd:tenantDomain>${domain}</xsd:tenantDomain>${more}</ser:tenantInfoBean></ser:addTenant>`,
        basic,
      )
    const call = (operation: string, domain: string) =>
      soap(`<ser:${operation}><ser:tenantDomain>${domain}</ser:tenantDomain></ser:${operation}>`)

    it('are made with an administrator who gets tokens', async () => {
      const made = await add('example.com')
      assert.equal(made.status, 200, made.text)
      assert.match(made.text, /addTenantResponse/)
      const client = await register('tenants')
      const {status, body} = await login(client, 'apim:api_create', 'boss@example.com', 'boss&co')
      assert.equal(status, 200)
      assert.equal(body.scope, 'apim:api_create')
      const seen = await introspect(body.access_token)
      assert.equal(seen.body.username, 'boss@example.com')
      const own = await register('own', {}, 'key-manager-1', 'boss@example.com:boss&co')
      const mine = await login(own, '', 'boss@example.com', 'boss&co')
      assert.equal((await introspect(mine.body.access_token, {basic: 'boss@example.com:boss&co'})).body.active, true)
      const theirs = await login(client)
      assert.deepEqual((await introspect(theirs.body.access_token, {basic: 'boss@example.com:boss&co'})).body, {
        active: false,
      })
      assert.match((await call('getTenant', 'example.com')).text, /<tenantDomain>example.com<\/tenantDomain>/)
      assert.match((await soap('<ser:retrieveTenants/>')).text, /example\.com/)
    })

    it('another tenant can not log in to an application that is not for all', async () => {
      await add('closed.example.com')
      const client = await register('closed', {saasApp: false})
      assert.equal((await login(client)).status, 200)
      assert.equal((await login(client, '', 'boss@closed.example.com', 'boss&co')).body.error, 'invalid_grant')
    })

    it('that are deactivated are shut out until they are active again', async () => {
      await add('sleepy.example.com')
      const client = await register('sleepy')
      const enter = async () => (await login(client, '', 'boss@sleepy.example.com', 'boss&co')).status
      const {body} = await login(client, '', 'boss@sleepy.example.com', 'boss&co')
      assert.equal((await call('deactivateTenant', 'sleepy.example.com')).status, 200)
      assert.equal(await enter(), 400)
      assert.deepEqual((await introspect(body.access_token)).body, {active: false})
      assert.equal((await token(client, {grant_type: 'refresh_token', refresh_token: body.refresh_token})).status, 401)
      await call('activateTenant', 'sleepy.example.com')
      assert.equal(await enter(), 200)
    })

    it('are made once, however many ask at once', async () => {
      const answers = await Promise.all(Array.from({length: 5}, () => add('race.example.com')))
      assert.deepEqual(answers.map(it => it.status).sort(), [200, 409, 409, 409, 409])
    })

    it('scopes and applications of a tenant are its own', async () => {
      await add('apart.example.com')
      const boss = 'boss@apart.example.com:boss&co'
      const json = {name: 'apart', displayName: 'Apart', bindings: []}
      assert.equal((await km(SCOPES, {json, basic: boss})).status, 201)
      assert.equal((await km(`${SCOPES}/name/apart`, {basic: ADMIN})).status, 404)
      const header = {'x-wso2-tenant': 'apart.example.com'}
      assert.equal((await km(`${SCOPES}/name/apart`, {basic: ADMIN, headers: header})).status, 200)
      assert.equal((await km(SCOPES, {basic: boss, headers: {'x-wso2-tenant': 'carbon.super'}})).status, 403)
      const app = {
        client_name: 'boss_lab_PRODUCTION',
        ext_application_owner: 'boss',
        grant_types: ['client_credentials'],
      }
      const made = await km(KM_DCR, {json: app, basic: ADMIN, headers: header})
      assert.equal(made.status, 201, made.text)
      const other = await register('others')
      assert.equal((await km(`${KM_DCR}/${other.id}`, {basic: boss})).status, 404)
      const client = toClient(made.body.client_id, made.body.client_secret)
      const {body} = await token(client, {grant_type: 'client_credentials', scope: 'apart'})
      assert.equal(body.scope, 'am_application_scope apart')
      assert.equal((await introspect(body.access_token)).body.username, 'boss@apart.example.com')
    })

    const BAD: Record<string, [() => ReturnType<typeof soap>, number]> = {
      'no XML': [() => km(TENANTS, {basic: ADMIN, body: 'hello'}), 400],
      'an empty body': [() => km(TENANTS, {basic: ADMIN, method: 'POST'}), 400],
      'a document type': [
        () => km(TENANTS, {basic: ADMIN, body: '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'}),
        400,
      ],
      'an unknown entity': [() => soap('<ser:addTenant>&evil;</ser:addTenant>'), 400],
      'a wrong end': [() => soap('<a><b></a></b>'), 400],
      'great depth': [() => soap('<a>'.repeat(100) + '</a>'.repeat(100)), 400],
      'an operation of Object': [() => soap('<ser:constructor/>'), 400],
      'an unknown operation': [() => soap('<ser:deleteTenant/>'), 400],
      'two domains': [() => call('deactivateTenant', 'x</ser:tenantDomain><ser:tenantDomain>y'), 400],
      'a prototype': [() => soap('<ser:__proto__><a>1</a></ser:__proto__>'), 400],
      'no domain': [() => soap('<ser:addTenant/>'), 400],
      'the super tenant': [() => add('carbon.super'), 400],
      'a path as domain': [() => add('../../etc.com'), 400],
      'SQL as domain': [() => add("x.com'; DROP TABLE UM_TENANT; --"), 400],
      'a domain that is too long': [() => add(`${'a'.repeat(250)}.com`), 400],
      'an unknown tenant': [() => call('deactivateTenant', 'nosuch.example.com'), 404],
      'a large body': [() => soap(`<ser:x>${'a'.repeat(100_000)}</ser:x>`), 413],
      'no account': [() => km(TENANTS, {body: '<x/>'}), 401],
      'a wrong password': [() => add('x.example.com', '', 'admin:wrong'), 401],
    }
    for (const [what, [asking, status]] of Object.entries(BAD)) {
      it(`refuses ${what} with ${status}, as a SOAP fault`, async () => {
        const answer = await asking()
        assert.equal(answer.status, status, answer.text)
        assert.match(answer.text, /<soapenv:Fault><faultcode>/)
        assert.ok(!answer.text.includes('root:'))
      })
    }
  })

  it('a kept database keeps the password of its super admin, and the log says so', async () => {
    await newCluster(['key-manager-1', 'traffic-manager-1'], {analytics: false})
    try {
      await ensureSuperAdmin(databases.pool('shareddb'), {username: 'admin', password: 'first'}, true)
      const node = await cluster.start('key-manager-1')
      await until('a line about it', () => cluster.log('key-manager-1').some(it => it.includes('another password')))
      await until('the node to be ready', () => node.health().ready)
      assert.equal((await km(SCOPES, {basic: ADMIN})).status, 401)
      assert.equal((await km(SCOPES, {basic: 'admin:first'})).status, 200)
    } finally {
      await close()
    }
  })

  describe('revocations', () => {
    before(() => open())
    after(close)

    it('are told to the traffic manager, also when it was away, and in order', async () => {
      const client = await register('revoker', {tokenType: 'JWT'})
      const tokens = [(await login(client)).body.access_token, (await login(client)).body.access_token]
      for (const it of tokens) assert.equal((await revoke(client, it)).status, 200)
      const jtis = tokens.map(it => JSON.parse(Buffer.from(it.split('.')[1], 'base64url').toString()).jti)
      const listed = await databases.query<{id: string}>('apimgtdb', 'SELECT SIGNATURE AS id FROM AM_REVOKED_JWT')
      assert.deepEqual(listed.map(it => it.id).sort(), [...jtis].sort())
      await until('a line about it', () =>
        cluster.log('key-manager-1').some(it => it.includes("can't tell the traffic manager")),
      )

      // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as a peer sees it
      const heard: {headers: any; url: string | undefined; body: any}[] = []
      const statuses = [503, 500]
      const manager = createServer({key: NODE.key, cert: NODE.cert}, (request, response) => {
        let body = ''
        request.on('data', part => (body += part))
        request.on('end', () => {
          if (request.method !== 'POST') return response.end('<return>x</return>')
          const status = statuses.shift() ?? 200
          if (status === 200) heard.push({headers: request.headers, url: request.url, body: JSON.parse(body)})
          response.writeHead(status).end()
        })
      })
      await new Promise<void>(resolve => manager.listen(cluster.port('traffic-manager-1', 9443), '127.0.0.1', resolve))
      try {
        await until('both notices', () => heard.length === 2, 10_000)
        assert.deepEqual(
          heard.map(it => it.body.revokedToken),
          jtis,
        )
        const [first] = heard
        assert.equal(first?.url, '/internal/data/v1/notify')
        assert.equal(first?.headers['x-wso2-key-manager'], 'default')
        assert.equal(first?.headers.authorization, `Basic ${Buffer.from(ADMIN).toString('base64')}`)
        assert.ok(first?.headers.activityid)
        assert.deepEqual(
          [first?.body.tokenType, first?.body.consumerKey, first?.body.user, first?.body.tenantDomain],
          ['JWT', client.id, 'admin', 'carbon.super'],
        )
        assert.ok(first?.body.expiryTime > Date.now())
        assert.ok(cluster.log('key-manager-1').some(it => it.includes(`activityid=${first?.headers.activityid}`)))

        const json = {client_name: 'going', grant_types: ['client_credentials'], ext_application_owner: 'admin'}
        const {body} = await km(KM_DCR, {json, basic: ADMIN})
        const going = toClient(body.client_id, body.client_secret)
        await token(going, {grant_type: 'client_credentials'})
        await km(`${KM_DCR}/${going.id}`, {method: 'DELETE', basic: ADMIN})
        await until('the notice about a removed application', () => heard.length === 3)
        assert.equal(heard[2]?.body.consumerKey, going.id)
      } finally {
        manager.closeAllConnections()
        manager.close()
      }
    })
  })

  describe('bad input', () => {
    let client: Client
    before(async () => {
      await open()
      client = await register('bad')
      await seedUser(databases, 'plain', 'plain-password')
    })
    after(close)

    const form =
      (path: string, more: Record<string, string>, options: AskOptions = {}) =>
      () =>
        km(path, {basic: client.basic, form: more, ...options})
    const raw =
      (path: string, body: string | Buffer, type: string, basic = ADMIN, method = 'POST') =>
      () =>
        km(path, {basic, body, method, headers: {'content-type': type}})
    const posted =
      (path: string, json: unknown, basic = ADMIN, method = 'POST') =>
      () =>
        km(path, {json, basic, method})
    const JSON_TYPE = 'application/json'
    const FORM = 'application/x-www-form-urlencoded'
    const HUGE = Buffer.alloc(10 * 1024 * 1024, 'a')
    const password = {grant_type: 'password', username: 'admin', password: 'admin'}
    const profile = {clientName: 'x', owner: 'admin', grantType: 'password'}
    const info = {client_name: 'x', ext_application_owner: 'admin'}
    const scope = {name: 'x', displayName: 'x', bindings: []}

    const TABLE: Record<string, [() => ReturnType<typeof km>, number, string?]> = {
      'token: no form': [raw('/oauth2/token', '{}', JSON_TYPE), 415, 'invalid_request'],
      'token: no grant': [form('/oauth2/token', {}), 400, 'invalid_request'],
      'token: unknown grant': [form('/oauth2/token', {grant_type: 'magic'}), 400, 'unsupported_grant_type'],
      'token: a grant of Object': [form('/oauth2/token', {grant_type: 'constructor'}), 400, 'unsupported_grant_type'],
      'token: twice the same': [
        raw('/oauth2/token', 'grant_type=password&grant_type=password', FORM),
        400,
        'invalid_request',
      ],
      'token: no client': [() => km('/oauth2/token', {form: password}), 401, 'invalid_client'],
      'token: unknown client': [form('/oauth2/token', password, {basic: 'nosuch:x'}), 401, 'invalid_client'],
      'token: SQL as client': [form('/oauth2/token', password, {basic: "' OR 1=1 --:x"}), 401, 'invalid_client'],
      'token: emoji as client': [form('/oauth2/token', password, {basic: '😀\0:x'}), 401, 'invalid_client'],
      'token: wrong secret': [
        form('/oauth2/token', password, {
          get basic() {
            return `${client.id}:x`
          },
        }),
        401,
        'invalid_client',
      ],
      'token: no user': [form('/oauth2/token', {grant_type: 'password'}), 400, 'invalid_request'],
      'token: SQL as user': [form('/oauth2/token', {...password, username: "admin' --"}), 400, 'invalid_grant'],
      'token: emoji as user': [form('/oauth2/token', {...password, username: '😀\0@😀'}), 400, 'invalid_grant'],
      'token: unknown tenant': [form('/oauth2/token', {...password, username: 'admin@nosuch'}), 400, 'invalid_grant'],
      'token: unknown refresh token': [
        form('/oauth2/token', {grant_type: 'refresh_token', refresh_token: 'x'}),
        400,
        'invalid_grant',
      ],
      'token: wrong period': [
        form('/oauth2/token', {grant_type: 'client_credentials', validity_period: '1e9'}),
        400,
        'invalid_request',
      ],
      'token: not UTF-8': [raw('/oauth2/token', Buffer.from([0x67, 0x3d, 0xff]), FORM), 400, 'invalid_request'],
      'token: 10 MB': [raw('/oauth2/token', HUGE, FORM), 413, 'invalid_request'],
      'introspect: no token': [form('/oauth2/introspect', {}, {basic: ADMIN}), 400, 'invalid_request'],
      'introspect: 10 MB': [raw('/oauth2/introspect', HUGE, FORM), 413, 'invalid_request'],
      'introspect: no administrator': [
        form('/oauth2/introspect', {token: 'x'}, {basic: 'plain:plain-password'}),
        403,
        'insufficient_scope',
      ],
      'revoke: no token': [form('/oauth2/revoke', {}), 400, 'invalid_request'],
      'revoke: no client': [() => km('/oauth2/revoke', {form: {token: 'x'}}), 401, 'invalid_client'],
      'userinfo: no token': [() => km('/oauth2/userinfo'), 401, 'invalid_token'],
      'registration: no account': [() => km(DCR, {json: profile}), 401],
      'registration: wrong account': [posted(DCR, profile, 'admin:x'), 401],
      'registration: no role': [posted(DCR, {...profile, owner: 'plain'}, 'plain:plain-password'), 403],
      'registration: malformed JSON': [raw(DCR, '{', JSON_TYPE), 400],
      'registration: no JSON': [raw(DCR, 'x', 'text/plain'), 415],
      'registration: an array': [posted(DCR, []), 400],
      'registration: wrong type': [posted(DCR, {...profile, clientName: {}}), 400],
      'registration: no name': [posted(DCR, {...profile, clientName: ''}), 400],
      'registration: a name too long': [posted(DCR, {...profile, clientName: 'x'.repeat(256)}), 400],
      'registration: emoji': [posted(DCR, {...profile, clientName: '😀'}), 400],
      'registration: NUL': [posted(DCR, {...profile, clientName: 'a\0'}), 400],
      'registration: a callback too long': [posted(DCR, {...profile, callbackUrl: 'x'.repeat(2049)}), 400],
      'registration: unknown owner': [posted(DCR, {...profile, owner: 'nosuch'}), 400],
      'registration: 10 MB': [raw(DCR, HUGE, JSON_TYPE), 413],
      'registration: unknown id': [() => km(`${DCR}/nosuch`, {basic: ADMIN}), 404],
      'registration: SQL as id': [() => km(`${DCR}/'%20OR%201=1`, {basic: ADMIN}), 404],
      'registration: a path as id': [() => km(`${DCR}/..%2f..%2fetc%2fpasswd`, {basic: ADMIN, method: 'DELETE'}), 404],
      'registration: emoji as id': [() => km(`${DCR}/%F0%9F%98%80%00`, {basic: ADMIN}), 404],
      'applications: no account': [() => km(KM_DCR, {json: info}), 401, 'invalid_client'],
      'applications: no administrator': [posted(KM_DCR, info, 'plain:plain-password'), 403, 'insufficient_scope'],
      'applications: malformed JSON': [raw(KM_DCR, '{', JSON_TYPE), 400, 'invalid_request'],
      'applications: wrong type': [posted(KM_DCR, {...info, grant_types: 'password'}), 400, 'invalid_request'],
      'applications: no owner': [posted(KM_DCR, {client_name: 'x'}), 400, 'invalid_client_metadata'],
      'applications: unknown owner': [
        posted(KM_DCR, {...info, ext_application_owner: 'nosuch'}),
        400,
        'invalid_client_metadata',
      ],
      'applications: too many grants': [
        posted(KM_DCR, {...info, grant_types: Array(300).fill('password')}),
        400,
        'invalid_request',
      ],
      'applications: a wrong id': [posted(KM_DCR, {...info, ext_param_client_id: '../../x'}), 400, 'invalid_request'],
      'applications: unknown id': [posted(`${KM_DCR}/nosuch`, info, ADMIN, 'PUT'), 404, 'invalid_client_id'],
      'applications: unknown tenant': [
        () => km(KM_DCR, {json: info, basic: ADMIN, headers: {'x-wso2-tenant': 'nosuch'}}),
        400,
        'invalid_request',
      ],
      'applications: 10 MB': [raw(KM_DCR, HUGE, JSON_TYPE), 413, 'invalid_request'],
      'scopes: no account': [() => km(SCOPES), 401],
      'scopes: no administrator': [() => km(SCOPES, {basic: 'plain:plain-password'}), 403],
      'scopes: malformed JSON': [raw(SCOPES, '[', JSON_TYPE), 400],
      'scopes: wrong type': [posted(SCOPES, {...scope, bindings: 'admin'}), 400],
      'scopes: a name too long': [posted(SCOPES, {...scope, name: 'x'.repeat(61)}), 400],
      'scopes: a name with a space': [posted(SCOPES, {...scope, name: 'a b'}), 400],
      'scopes: emoji as binding': [posted(SCOPES, {...scope, bindings: ['😀']}), 400],
      'scopes: unknown': [() => km(`${SCOPES}/name/x'%20OR%20'1'='1`, {basic: ADMIN}), 404],
      'scopes: a path': [() => km(`${SCOPES}/name/..%2f..%2fx`, {basic: ADMIN, method: 'DELETE'}), 404],
      'scopes: 10 MB': [raw(SCOPES, HUGE, JSON_TYPE), 413],
    }
    for (const [what, [asking, status, error]] of Object.entries(TABLE)) {
      it(`${what}: ${status}`, async () => {
        const answer = await asking()
        assert.equal(answer.status, status, answer.text)
        if (error === undefined) assert.equal(answer.body.code !== undefined, true, answer.text)
        else assert.equal(answer.body.error, error)
        if (error !== undefined) assert.ok(answer.body.error_description)
      })
    }

    it('nothing of it was an error of the server, and nothing secret is in its log', () => {
      const log = cluster.log('key-manager-1')
      assert.deepEqual(
        log.filter(it => it.startsWith('ERROR')),
        [],
      )
      assert.ok(!log.some(it => it.includes(client.secret) || it.includes('plain-password')))
    })
  })
})

import assert from 'node:assert/strict'
import {generateKeyPairSync, randomUUID} from 'node:crypto'
import {exportJWK, SignJWT, type JWTPayload} from 'jose'
import type {Asked, AskOptions} from '../support/ask.js'
import {multipart} from '../support/multipart.js'
import {strange} from './facts/facts.js'
import {httpServed, type Served} from './support/gateway-lab.js'
import {inCluster} from './support/in-cluster.js'
import {seedToken} from './support/seed.js'
import {until} from './support/until.js'

const BASES = {publisher: '/api/am/publisher/v1', store: '/api/am/store/v1', admin: '/api/am/admin/v1'} as const
const SCOPES = ['api_create', 'api_publish', 'api_view', 'admin', 'subscribe', 'app_manage', 'sub_manage'].map(
  it => `apim:${it}`,
)
const RESIDENT = 'Resident Key Manager'
const ISSUER = 'https://login.example/realm'

describe('mini: key managers of others', function () {
  this.timeout(120_000)
  const nodes = ['publisher-1', 'devportal-1', 'key-manager-1', 'traffic-manager-1', 'gateway-1']
  const {cluster, databases, later} = inCluster(nodes, {analytics: false})
  const {privateKey, publicKey} = generateKeyPairSync('rsa', {modulusLength: 2048})
  const stranger = generateKeyPairSync('rsa', {modulusLength: 2048}).privateKey
  let bearer = ''
  let served: Served
  const ask = (api: keyof typeof BASES, path: string, options: AskOptions = {}) =>
    cluster.ask(api === 'store' ? 'devportal-1' : 'publisher-1', 9443, `${BASES[api]}${path}`, {bearer, ...options})
  const fits = (answer: Asked, status: number, api: keyof typeof BASES, type: string) => {
    assert.equal(answer.status, status, answer.text)
    assert.deepEqual(strange(api, type, answer.body), [])
  }
  const put = (id: string, json: unknown) => ask('admin', `/key-managers/${id}`, {method: 'PUT', json})
  /** As the product's own form sends it. */
  const body = (more: object = {}) => ({
    name: 'Login',
    displayName: 'Our login',
    type: 'custom',
    description: 'Who we are',
    wellKnownEndpoint: `${ISSUER}/.well-known/openid-configuration`,
    introspectionEndpoint: `${ISSUER}/introspect`,
    clientRegistrationEndpoint: `${ISSUER}/register`,
    tokenEndpoint: `${ISSUER}/token`,
    revokeEndpoint: `${ISSUER}/revoke`,
    userInfoEndpoint: `${ISSUER}/userinfo`,
    authorizeEndpoint: `${ISSUER}/authorize`,
    scopeManagementEndpoint: `${ISSUER}/scopes`,
    certificates: {type: 'JWKS', value: `http://localhost:${served.port}/jwks`},
    issuer: ISSUER,
    availableGrantTypes: ['client_credentials', 'password'],
    enableTokenGeneration: false,
    enableTokenEncryption: false,
    enableTokenHashing: false,
    enableMapOAuthConsumerApps: true,
    enableOAuthAppCreation: false,
    enableSelfValidationJWT: true,
    claimMapping: [],
    consumerKeyClaim: 'client_id',
    scopesClaim: 'scp',
    tokenValidation: [{id: 1, enable: true, type: 'REFERENCE', value: {}}],
    enabled: true,
    additionalProperties: {Realm: 'one'},
    ...more,
  })
  const token = (claims: JWTPayload = {}, key = privateKey) =>
    new SignJWT({client_id: 'far-client', scp: ['read'], ...claims})
      .setProtectedHeader({alg: 'RS256', kid: 'k1'})
      .setIssuer(ISSUER)
      .setSubject('jane')
      .setJti(randomUUID())
      .setExpirationTime('1h')
      .sign(key)
  let id = ''
  let resident = ''
  let api: {id: string; context: string}
  let applicationId = ''
  const call = (jwt: string, path = '/read') => cluster.ask('gateway-1', 8243, `${api.context}/1${path}`, {bearer: jwt})
  const answers = (what: string, jwt: string, status: number, path?: string) =>
    until(what, async () => (await call(jwt, path)).status === status)

  before(async () => {
    const jwk = {...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256', use: 'sig'}
    served = await httpServed((request, response) => {
      if (request.url === '/jwks') response.end(JSON.stringify({keys: [jwk]}))
      else if (request.url === '/metadata') {
        const jwks_uri = `http://localhost:${served.port}/jwks`
        response.end(JSON.stringify({issuer: ISSUER, token_endpoint: `${ISSUER}/token`, jwks_uri}))
      } else response.end('served')
    })
    later(() => served.stop())
    await cluster.startAll()
    bearer = await seedToken(databases, 'admin', SCOPES)
    const operations = [
      {target: '/read', verb: 'GET', scopes: ['read']},
      {target: '/write', verb: 'GET', scopes: ['write']},
    ]
    const made = await ask('publisher', '/apis', {
      json: {
        ...{name: 'Far', context: '/far', version: '1', policies: ['Unlimited'], operations},
        scopes: ['read', 'write'].map(name => ({scope: {name, bindings: []}})),
        endpointConfig: {endpoint_type: 'http', production_endpoints: {url: `http://localhost:${served.port}/`}},
      },
    })
    assert.equal(made.status, 201, made.text)
    api = made.body as typeof api
    const publish = `/apis/change-lifecycle?action=Publish&apiId=${api.id}`
    assert.equal((await ask('publisher', publish, {method: 'POST'})).status, 200)
    const application = await ask('store', '/applications', {json: {name: 'far', throttlingPolicy: 'Unlimited'}})
    applicationId = application.body.applicationId as string
    const json = {applicationId, apiId: api.id, throttlingPolicy: 'Unlimited'}
    assert.equal((await ask('store', '/subscriptions', {json})).status, 201)
  })

  it('are made with all that is said of them, which comes back', async () => {
    const made = await ask('admin', '/key-managers', {json: body()})
    fits(made, 201, 'admin', 'KeyManager')
    id = made.body.id as string
    assert.equal(made.headers.location, `${BASES.admin}/key-managers/${id}`)
    assert.deepEqual(made.body, {id, ...body()})
    assert.deepEqual((await ask('admin', `/key-managers/${id}`)).body, made.body)
    const changed = await put(id, {...made.body, displayName: 'Theirs', additionalProperties: {Realm: 'two'}})
    fits(changed, 200, 'admin', 'KeyManager')
    assert.deepEqual([changed.body.displayName, changed.body.additionalProperties], ['Theirs', {Realm: 'two'}])
    const list = await ask('admin', '/key-managers')
    fits(list, 200, 'admin', 'KeyManagerList')
    assert.deepEqual(
      list.body.list.map((it: {name: string}) => it.name),
      ['Login', RESIDENT],
    )
    resident = list.body.list.find((it: {name: string}) => it.name === RESIDENT).id
    for (const of of ['publisher', 'store'] as const) {
      const seen = await ask(of, '/key-managers')
      fits(seen, 200, of, 'KeyManagerList')
      assert.deepEqual(
        seen.body.list.map((it: {name: string}) => it.name),
        ['Login', RESIDENT],
        of,
      )
    }
  })

  it('are refused with the product’s codes, and where a gateway could not do as they say', async () => {
    const refused = async (more: object) => {
      const {status, body: of} = await ask('admin', '/key-managers', {json: body({name: 'Other', ...more})})
      return [status, of.code]
    }
    assert.deepEqual(await refused({name: 'Login'}), [409, 409], 'the issuer is another one’s')
    assert.deepEqual(await refused({name: 'Login', issuer: 'https://else'}), [409, 901402])
    assert.deepEqual(await refused({name: ' '}), [400, 901404])
    assert.deepEqual(await refused({type: 'default'}), [400, 901400])
    assert.deepEqual(await refused({issuer: null}), [400, 901401])
    assert.deepEqual(await refused({certificates: {type: 'JWKS', value: ''}}), [400, 901401])
    assert.deepEqual(await refused({enableSelfValidationJWT: false}), [501, 501])
    assert.deepEqual(await refused({enableTokenHashing: true}), [501, 501])
    assert.deepEqual(await refused({claimMapping: [{remoteClaim: 'a', localClaim: 'b'}]}), [501, 501])
    const tokenValidation = [{id: 1, enable: true, type: 'REFERENCE', value: '^a'}]
    assert.deepEqual(await refused({tokenValidation}), [501, 501])
    assert.equal((await put(id, body({name: 'Renamed'}))).status, 400)
    assert.equal((await ask('admin', `/key-managers/${randomUUID()}`)).status, 404)
    const plain = await seedToken(databases, 'admin', ['apim:api_view'])
    assert.equal((await ask('admin', '/key-managers', {json: body(), bearer: plain})).status, 403)
  })

  it('are found by their metadata', async () => {
    const fields = {url: `http://localhost:${served.port}/metadata`, type: 'custom'}
    const found = await ask('admin', '/key-managers/discover', await multipart(fields))
    fits(found, 200, 'admin', 'KeyManagerWellKnownResponse')
    const {issuer, tokenEndpoint, certificates} = found.body.value
    assert.deepEqual([found.body.valid, issuer, tokenEndpoint], [true, ISSUER, `${ISSUER}/token`])
    assert.deepEqual(certificates, {type: 'JWKS', value: `http://localhost:${served.port}/jwks`})
    const none = {url: `http://localhost:${served.port}/nothing`}
    assert.equal((await ask('admin', '/key-managers/discover', await multipart(none))).status, 400)
  })

  it('have clients that are mapped to applications, and gateways take their tokens', async () => {
    assert.equal((await call(await token())).status, 403, 'its client is nobody’s')
    const generate = {keyType: 'PRODUCTION', keyManager: 'Login', grantTypesToBeSupported: ['password']}
    assert.equal((await ask('store', `/applications/${applicationId}/generate-keys`, {json: generate})).status, 501)
    const json = {consumerKey: 'far-client', keyManager: 'Login', keyType: 'PRODUCTION'}
    const mapped = await ask('store', `/applications/${applicationId}/map-keys`, {json})
    fits(mapped, 200, 'store', 'ApplicationKey')
    assert.deepEqual([mapped.body.keyManager, mapped.body.consumerSecret], ['Login', null])
    assert.equal((await ask('store', `/applications/${applicationId}/map-keys`, {json})).status, 409)
    const unknown = await ask('store', `/applications/${applicationId}/map-keys`, {json: {...json, keyManager: 'No'}})
    assert.deepEqual([unknown.status, unknown.body.code], [400, 901403])
    const jwt = await token()
    await answers('the key is known', jwt, 200)
    assert.equal((await call(jwt)).text, 'served')
    assert.deepEqual(
      [(await call(jwt, '/write')).status, (await call(await token({scp: 'write'}), '/write')).status],
      [403, 200],
    )
    assert.equal((await call(await token({}, stranger))).status, 401)
    assert.equal((await call(await token({client_id: undefined, azp: 'far-client'}))).status, 403)
  })

  it('by a certificate in place of a JWKS', async () => {
    const pem = publicKey.export({type: 'spki', format: 'pem'}).toString()
    const certificates = {type: 'PEM', value: Buffer.from(pem).toString('base64')}
    assert.equal((await put(id, body({certificates}))).status, 200)
    await answers('its keys are known', await token(), 200)
    assert.equal((await call(await token({}, stranger))).status, 401)
  })

  it('are taken where the API names them, and while they are enabled', async () => {
    const {body: now} = await ask('publisher', `/apis/${api.id}`)
    const change = (keyManagers: string[]) =>
      ask('publisher', `/apis/${api.id}`, {method: 'PUT', json: {...now, keyManagers}})
    assert.equal((await change([RESIDENT])).status, 200)
    await answers('it is none of the API’s', await token(), 401)
    assert.equal((await change(['Nobody'])).status, 400)
    assert.deepEqual((await change(['Login'])).body.keyManagers, ['Login'])
    await answers('it is the API’s', await token(), 200)
    assert.equal((await put(id, body({enabled: false}))).status, 200)
    await answers('it is disabled', await token(), 401)
    assert.equal((await put(id, body())).status, 200)
    await answers('it is enabled', await token(), 200)
  })

  it('the product’s own one can be disabled, and no more', async () => {
    const {body: own} = await ask('admin', `/key-managers/${resident}`)
    assert.equal((await put(resident, {...own, issuer: 'https://else'})).status, 501)
    assert.equal((await ask('admin', `/key-managers/${resident}`, {method: 'DELETE'})).status, 400)
    const disabled = await put(resident, {...own, enabled: false, description: 'Off'})
    fits(disabled, 200, 'admin', 'KeyManager')
    assert.deepEqual([disabled.body.enabled, disabled.body.description], [false, 'Off'])
    const json = {keyType: 'SANDBOX', grantTypesToBeSupported: ['client_credentials']}
    const keys = () => ask('store', `/applications/${applicationId}/generate-keys`, {json})
    const refused = await keys()
    assert.deepEqual([refused.status, refused.body.code], [400, 901406])
    assert.equal((await put(resident, {...own, enabled: true})).status, 200)
    fits(await keys(), 200, 'store', 'ApplicationKey')
  })

  it('stay while applications have their keys', async () => {
    const path = `/key-managers/${id}`
    assert.equal((await ask('admin', path, {method: 'DELETE'})).status, 409)
    const keys = (await ask('store', `/applications/${applicationId}/oauth-keys`)).body.list
    const {keyMappingId} = keys.find((it: {keyManager: string}) => it.keyManager === 'Login')
    const key = `/applications/${applicationId}/oauth-keys/${keyMappingId}`
    for (const operation of ['regenerate-secret', 'generate-token']) {
      const asked = await ask('store', `${key}/${operation}`, {json: {consumerSecret: 'x'}})
      assert.equal(asked.status, 501, operation)
    }
    assert.equal((await ask('store', `/applications/${applicationId}`, {method: 'DELETE'})).status, 200)
    assert.equal((await ask('admin', path, {method: 'DELETE'})).status, 200)
    assert.equal((await ask('admin', path)).status, 404)
    await answers('it is gone', await token(), 401)
  })
})

import assert from 'node:assert/strict'
import {REST_SCOPES} from '../../../src/mini/oauth/rest-scopes.js'
import {createUser} from '../../../src/mini/users/create-user.js'
import {fullName, SUPER_TENANT, tenantOf} from '../../../src/mini/users/users.js'
import {ApiLife, type Keys} from '../../support/api-life.js'
import type {AskOptions} from '../../support/ask.js'
import {multipart} from '../../support/multipart.js'
import type {Cluster} from './cluster.js'
import type {Databases} from './mysql-server.js'

/** Somebody of a tenant: for REST APIs, and for those that take names and passwords. */
export interface Caller {
  readonly basic: string
  readonly bearer: string
}

/** What a tenant has, one of each kind; every name, description and tag that is its own has its marker in it. */
export interface World {
  readonly domain: string
  readonly marker: string
  readonly admin: Caller
  readonly plain: Caller
  /** Of the plain user, outside of the tenant. */
  readonly username: string
  readonly apiId: string
  readonly apiName: string
  /** Its type is GRAPHQL. */
  readonly graphId: string
  /** Everyone may see it. */
  readonly openApiId: string
  readonly applicationId: string
  /** Nothing else is asked of it than to be removed. */
  readonly spareApplicationId: string
  readonly applicationName: string
  readonly subscriptionId: string
  readonly keys: Keys
  readonly sandboxKeyId: string
  readonly advancedId: string
  readonly applicationPolicyId: string
  readonly subscriptionPolicyId: string
  readonly policyName: string
  /** The super tenant's only: empty elsewhere. */
  readonly ruleId: string
  readonly conditionId: string
  readonly scopeId: string
  readonly scopeName: string
  readonly categoryId: string
  readonly labelId: string
  readonly keyManagerId: string
  /** Of the API that is the tenant's own. */
  readonly commentId: string
  /** Of the same. */
  readonly documentId: string
  readonly documentName: string
  readonly client: {readonly id: string; readonly secret: string}
  /** Of the plain user, through the client. */
  readonly token: string
  readonly refreshToken: string
}

/** Someone else's key manager, of this name. */
export const keyManager = (name: string, issuer: string) => ({
  ...{name, type: 'custom', issuer: `https://${issuer}.example`},
  certificates: {type: 'JWKS', value: 'https://localhost:1/jwks'},
})

export const PASSWORD = 'crossed'
const SCOPES = [...REST_SCOPES.keys(), 'openid'].join(' ')
const ROLES = ['creator', 'publisher', 'subscriber', 'devops'].map(it => `Internal/${it}`)
export const CUSTOM = {keyTemplate: '$userId', siddhiQuery: 'timeBatch(1 min) count(x) >= 3'}

const TENANTS = '/services/TenantMgtAdminService'
const escaped = (values: Readonly<Record<string, string>>) =>
  Object.entries(values)
    .map(([name, value]) => `<x:${name}>${value}</x:${name}>`)
    .join('')
/** A message to the key manager's tenant management. */
export const soap = (body: string): AskOptions => ({
  method: 'POST',
  headers: {'content-type': 'text/xml'},
  body: `<s:Envelope xmlns:s="s" xmlns:x="x"><s:Body>${body}</s:Body></s:Envelope>`,
})

/** Makes a tenant, by the tenant management of a node. */
export const addTenant = async (cluster: Cluster, domain: string, node = 'key-manager-1') => {
  const bean = escaped({
    active: 'true',
    admin: 'admin',
    adminPassword: PASSWORD,
    email: `admin@${domain}`,
    firstname: 'A',
    lastname: 'B',
    tenantDomain: domain,
  })
  const message = soap(`<x:addTenant><x:tenantInfoBean>${bean}</x:tenantInfoBean></x:addTenant>`)
  const {status, text} = await cluster.ask(node, 9443, TENANTS, {...message, basic: 'admin:admin'})
  assert.equal(status, 200, text)
}

/** Makes a tenant, `carbon.super` excepted, with its users and one of everything. */
export const makeWorld = async (cluster: Cluster, databases: Databases, marker: string, domain: string) => {
  const isSuper = domain === SUPER_TENANT.domain
  if (!isSuper) await addTenant(cluster, domain)
  const tenant = (await tenantOf(databases.pool('shareddb'), domain))!
  const ask = async (component: string, path: string, options: AskOptions) => {
    const {status, text, body} = await cluster.ask(`${component}-1`, 9443, path, options)
    assert.ok(status < 300, `${path}: ${status} ${text}`)
    return body
  }
  const enter = async (basic: string) => {
    const life = await new ApiLife((component, path, options) =>
      cluster.ask(`${component}-1`, 9443, path, options),
    ).begin(basic, SCOPES)
    return {life, caller: {basic, bearer: life.token}}
  }
  const name = `${marker}-user`
  await createUser(databases.pool('shareddb'), tenant, {name, password: PASSWORD, roles: ROLES})
  const username = fullName({name, domain})
  const {life, caller: admin} = await enter(isSuper ? 'admin:admin' : `admin@${domain}:${PASSWORD}`)
  const {caller: plain} = await enter(`${username}:${PASSWORD}`)

  const api = {
    url: 'http://localhost:1',
    more: {visibility: 'PRIVATE', description: marker, tags: [marker]},
  }
  const made = await life.ready({name: `${marker}-api`, context: `/${marker}`, ...api})
  const open = {name: `${marker}-open`, context: `/${marker}-open`, url: api.url}
  const application = `/api/am/store/v1/applications/${made.applicationId}`
  const {bearer} = admin
  const sandbox = await ask('devportal', `${application}/generate-keys`, {
    bearer,
    json: {keyType: 'SANDBOX', grantTypesToBeSupported: ['client_credentials']},
  })
  const scopeName = `${marker}_scope`
  const scope = {name: scopeName, displayName: marker, bindings: []}
  const client = {clientName: `${marker}-client`, owner: admin.basic.split(':')[0], grantType: 'password refresh_token'}
  const {clientId, clientSecret} = await ask('publisher', '/client-registration/v0.17/register', {
    basic: admin.basic,
    json: client,
  })
  const login = {grant_type: 'password', username, password: PASSWORD}
  const token = await ask('key-manager', '/oauth2/token', {form: login, basic: `${clientId}:${clientSecret}`})
  const policyName = `${marker}-policy`
  const rule = {policyName: `${marker}-rule`, description: marker, ...CUSTOM}
  const ADMIN = '/api/am/admin/v1'
  const named = (kind: string) => ({name: `${marker}-${kind}`, description: marker})
  const CUSTOM_RULES = '/api/am/admin/v1/throttling/policies/custom'
  const documentName = `${marker}-document`
  const APIS = '/api/am/publisher/v1/apis'
  const documents = `${APIS}/${made.apiId}/documents`
  const described = {name: documentName, type: 'HOWTO', sourceType: 'INLINE', visibility: 'API_LEVEL'}
  const {documentId} = await ask('publisher', documents, {bearer, json: described})
  const content = await multipart({inlineContent: marker})
  await ask('publisher', `${documents}/${documentId}/content`, {bearer, ...content})
  const properties = {
    ...{name: `${marker}-graph`, context: `/${marker}-graph`, version: '1.0.0', policies: ['Unlimited']},
    ...{operations: [{target: 'a', verb: 'QUERY'}], visibility: 'PRIVATE', description: marker},
    endpointConfig: {endpoint_type: 'http', production_endpoints: {url: api.url}},
  }
  const file = {name: 'a.graphql', bytes: Buffer.from('type Query { a: Int }')}
  const graph = await multipart({file, additionalProperties: JSON.stringify(properties)})
  const {id: graphId} = await ask('publisher', `${APIS}/import-graphql-schema`, {bearer, ...graph})
  await ask('publisher', `${APIS}/change-lifecycle?apiId=${graphId}&action=Publish`, {bearer, method: 'POST'})
  return {
    domain,
    marker,
    admin,
    plain,
    username,
    apiId: made.apiId,
    apiName: `${marker}-api`,
    graphId,
    openApiId: await life.publishedApi(open),
    applicationId: made.applicationId,
    spareApplicationId: (
      await ask('devportal', '/api/am/store/v1/applications', {
        bearer,
        json: {name: `${marker}-spare`, throttlingPolicy: 'Unlimited'},
      })
    ).applicationId,
    applicationName: `${marker}-api-app`,
    subscriptionId: made.subscriptionId,
    keys: made.keys,
    sandboxKeyId: sandbox.keyMappingId,
    advancedId: await life.createPolicy('advanced', policyName, 10),
    applicationPolicyId: await life.createPolicy('application', policyName, 10),
    subscriptionPolicyId: await life.createPolicy('subscription', policyName, 10),
    policyName,
    ruleId: isSuper ? (await ask('publisher', CUSTOM_RULES, {bearer, json: rule})).policyId : '',
    // Of a user that is none: a block of the one who asks would be the end of the test.
    conditionId: await life.block('USER', `${marker}-nobody`),
    scopeId: (await ask('publisher', '/api/am/publisher/v1/scopes', {bearer, json: scope})).id,
    scopeName,
    categoryId: (await ask('publisher', `${ADMIN}/api-categories`, {bearer, json: named('category')})).id,
    labelId: (await ask('publisher', `${ADMIN}/labels`, {bearer, json: named('label')})).id,
    keyManagerId: (await ask('publisher', `${ADMIN}/key-managers`, {bearer, json: keyManager(marker, marker)})).id,
    commentId: (
      await ask('devportal', `/api/am/store/v1/apis/${made.apiId}/comments`, {bearer, json: {content: marker}})
    ).id,
    documentId,
    documentName,
    client: {id: clientId, secret: clientSecret},
    token: token.access_token,
    refreshToken: token.refresh_token,
  } satisfies World
}

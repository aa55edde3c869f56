import assert from 'node:assert/strict'
import {randomUUID} from 'node:crypto'
import type {AskOptions, Asked} from './ask.js'

/** Whatever an answer holds: a test reads it as it pleases. */
type Body = Asked['body']

/** One exchange with a component's REST API: with a node of a cluster in this process, or through a lab's load balancer. */
export type Send = (
  component: 'publisher' | 'devportal' | 'key-manager',
  path: string,
  options?: AskOptions,
) => Promise<Asked>

export interface NewApi {
  readonly name: string
  readonly context: string
  readonly url: string
  readonly type?: 'HTTP' | 'WS'
  readonly apiThrottlingPolicy?: string
  readonly operations?: readonly Record<string, unknown>[]
  readonly more?: Record<string, unknown>
}

export interface Keys {
  readonly consumerKey: string
  readonly consumerSecret: string
  readonly keyMappingId: string
  readonly token: string
}

const SCOPES =
  'apim:api_view apim:api_create apim:api_publish apim:api_delete apim:subscribe apim:app_manage apim:sub_manage apim:admin ' +
  'apim:tier_view apim:tier_manage apim:bl_view apim:bl_manage apim:subscription_view apim:subscription_block apim:app_import_export'

const PUBLISHER = '/api/am/publisher/v1'
const STORE = '/api/am/store/v1'
const ADMIN = '/api/am/admin/v1'

/** The product's REST APIs of 3.2.0 as a test uses them; every call that does not answer as it should throws. */
export class ApiLife {
  #token = ''

  constructor(private readonly send: Send) {}

  /** Registers a client and gets a token for everything below, or for other scopes. */
  async begin(basic = 'admin:admin', scope = SCOPES): Promise<this> {
    const [owner = ''] = basic.split(':')
    const json = {
      callbackUrl: 'www.example.com',
      clientName: `test-${Math.random().toString(36).slice(2)}`,
      owner,
      grantType: 'client_credentials password refresh_token',
      saasApp: true,
    }
    const path = '/client-registration/v0.17/register'
    const {clientId, clientSecret} = this.#is([200, 201], await this.send('publisher', path, {json, basic}))
    const [username = '', password = ''] = basic.split(':')
    const form = {grant_type: 'password', username, password, scope}
    const answer = await this.send('publisher', '/oauth2/token', {form, basic: `${clientId}:${clientSecret}`})
    this.#token = this.#is([200], answer).access_token
    return this
  }

  get token(): string {
    return this.#token
  }

  #is(statuses: readonly number[], {status, text, body}: Asked): Body {
    assert.ok(statuses.includes(status), `${status} instead of ${statuses.join(' or ')}: ${text}`)
    return body
  }

  async #call(
    component: 'publisher' | 'devportal',
    method: string,
    path: string,
    statuses: readonly number[],
    json?: unknown,
  ): Promise<Body> {
    const options = {method, bearer: this.#token, ...(json !== undefined && {json})}
    return this.#is(statuses, await this.send(component, path, options))
  }

  /** Creates an API with one GET on everything, unless it says other operations; gives its id. */
  async createApi({name, context, url, type = 'HTTP', apiThrottlingPolicy, operations, more}: NewApi): Promise<string> {
    const endpoint = {url}
    const one = {target: '/*', verb: 'GET', authType: 'Application & Application User', throttlingPolicy: 'Unlimited'}
    const {id} = await this.#call('publisher', 'POST', `${PUBLISHER}/apis`, [201], {
      name,
      context,
      version: '1.0.0',
      type,
      transport: ['http', 'https'],
      visibility: 'PUBLIC',
      policies: ['Unlimited'],
      gatewayEnvironments: ['Production and Sandbox'],
      endpointConfig: {endpoint_type: 'http', production_endpoints: endpoint, sandbox_endpoints: endpoint},
      ...(apiThrottlingPolicy && {apiThrottlingPolicy}),
      ...(type === 'HTTP' && {operations: operations ?? [one]}),
      ...more,
    })
    return id
  }

  readonly api = (id: string) => this.#call('publisher', 'GET', `${PUBLISHER}/apis/${id}`, [200])
  readonly updateApi = async (id: string, changes: Record<string, unknown>) =>
    this.#call('publisher', 'PUT', `${PUBLISHER}/apis/${id}`, [200], {...(await this.api(id)), ...changes})
  readonly deleteApi = (id: string) => this.#call('publisher', 'DELETE', `${PUBLISHER}/apis/${id}`, [200])
  readonly lifecycle = (id: string, action: string) =>
    this.#call(
      'publisher',
      'POST',
      `${PUBLISHER}/apis/change-lifecycle?apiId=${id}&action=${encodeURIComponent(action)}`,
      [200],
    )

  /** Creates and publishes an API; gives its id. */
  async publishedApi(api: NewApi): Promise<string> {
    const id = await this.createApi(api)
    await this.lifecycle(id, 'Publish')
    return id
  }

  async createApplication(name: string, throttlingPolicy = 'Unlimited', tokenType = 'JWT'): Promise<string> {
    const json = {name, throttlingPolicy, tokenType}
    return (await this.#call('devportal', 'POST', `${STORE}/applications`, [201], json)).applicationId
  }
  readonly updateApplication = (id: string, json: Record<string, unknown>) =>
    this.#call('devportal', 'PUT', `${STORE}/applications/${id}`, [200], json)
  readonly deleteApplication = (id: string) => this.#call('devportal', 'DELETE', `${STORE}/applications/${id}`, [200])

  async generateKeys(application: string): Promise<Keys> {
    const json = {
      keyType: 'PRODUCTION',
      grantTypesToBeSupported: ['client_credentials', 'password'],
      validityTime: '3600',
    }
    const made = await this.#call(
      'devportal',
      'POST',
      `${STORE}/applications/${application}/generate-keys`,
      [200],
      json,
    )
    const {consumerKey, consumerSecret, keyMappingId, token} = made
    return {consumerKey, consumerSecret, keyMappingId, token: token.accessToken}
  }

  async subscribe(apiId: string, applicationId: string, throttlingPolicy = 'Unlimited'): Promise<string> {
    const json = {apiId, applicationId, throttlingPolicy}
    return (await this.#call('devportal', 'POST', `${STORE}/subscriptions`, [201], json)).subscriptionId
  }
  readonly unsubscribe = (id: string) => this.#call('devportal', 'DELETE', `${STORE}/subscriptions/${id}`, [200])

  /** A token of an application, from the key manager. */
  async appToken({consumerKey, consumerSecret}: Keys): Promise<string> {
    // A scope of its own: with the same scopes it would end the token that came with the keys.
    const form = {grant_type: 'client_credentials', scope: `device_${randomUUID()}`}
    const answer = await this.send('key-manager', '/oauth2/token', {form, basic: `${consumerKey}:${consumerSecret}`})
    return this.#is([200], answer).access_token
  }
  async revoke({consumerKey, consumerSecret}: Keys, token: string): Promise<void> {
    const options = {form: {token}, basic: `${consumerKey}:${consumerSecret}`}
    this.#is([200], await this.send('key-manager', '/oauth2/revoke', options))
  }

  /** A policy of so many requests a minute; `level` as in the admin API's path. Gives its id. */
  async createPolicy(
    level: 'advanced' | 'application' | 'subscription',
    name: string,
    requestCount: number,
  ): Promise<string> {
    return (
      await this.#call(
        'publisher',
        'POST',
        `${ADMIN}/throttling/policies/${level}`,
        [201],
        policy(level, name, requestCount),
      )
    ).policyId
  }
  readonly updatePolicy = (
    level: 'advanced' | 'application' | 'subscription',
    id: string,
    name: string,
    requestCount: number,
  ) =>
    this.#call(
      'publisher',
      'PUT',
      `${ADMIN}/throttling/policies/${level}/${id}`,
      [200],
      policy(level, name, requestCount),
    )

  async block(conditionType: 'API' | 'APPLICATION' | 'USER' | 'IP', conditionValue: unknown): Promise<string> {
    const json = {conditionType, conditionValue, conditionStatus: true}
    return (await this.#call('publisher', 'POST', `${ADMIN}/throttling/blacklist`, [201], json)).conditionId
  }
  readonly unblock = (id: string) => this.#call('publisher', 'DELETE', `${ADMIN}/throttling/blacklist/${id}`, [200])

  /** Publishes an API, and makes an application with keys and a subscription to it. */
  async ready(api: NewApi): Promise<{
    readonly apiId: string
    readonly applicationId: string
    readonly subscriptionId: string
    readonly keys: Keys
  }> {
    const apiId = await this.publishedApi(api)
    const applicationId = await this.createApplication(`${api.name}-app`)
    const keys = await this.generateKeys(applicationId)
    return {apiId, applicationId, subscriptionId: await this.subscribe(apiId, applicationId), keys}
  }
}

const policy = (level: string, policyName: string, requestCount: number) => ({
  policyName,
  displayName: policyName,
  description: 'of a test',
  defaultLimit: {type: 'REQUESTCOUNTLIMIT', requestCount: {requestCount, timeUnit: 'min', unitTime: 1}},
  ...(level === 'advanced' && {conditionalGroups: []}),
  ...(level === 'subscription' && {stopOnQuotaReach: true, billingPlan: 'FREE'}),
})

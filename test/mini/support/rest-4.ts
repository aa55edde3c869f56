import assert from 'node:assert/strict'
import type {Asked, AskOptions} from '../../support/ask.js'
import type {Cluster} from './cluster.js'

/** Whatever an answer holds: a test reads it as it pleases. */
type Body = Asked['body']

export const PUBLISHER_4 = '/api/am/publisher/v4'
export const CATALOG_4 = '/api/am/service-catalog/v1'

const SCOPES =
  'apim:api_view apim:api_create apim:api_publish apim:api_delete apim:subscribe service_catalog:service_view service_catalog:service_write'

/** The REST APIs of a control plane of 4.x, asked with a token. */
export interface Rest4 {
  ask(path: string, options?: AskOptions): Promise<Asked>
  /** The same; throws unless the answer has this status. */
  want(status: number, path: string, options?: AskOptions): Promise<Body>
}

/** A token with these scopes, for the administrator; asks the first control plane. */
export async function rest4In(cluster: Cluster, scope = SCOPES): Promise<Rest4> {
  const plain = (path: string, options: AskOptions) => cluster.ask('control-plane-1', 9443, path, options)
  const client = await plain('/client-registration/v0.17/register', {
    basic: 'admin:admin',
    json: {
      callbackUrl: 'www.example.com',
      clientName: `test-${Math.random().toString(36).slice(2)}`,
      owner: 'admin',
      grantType: 'password refresh_token',
      saasApp: true,
    },
  })
  const {access_token: bearer} = (
    await plain('/oauth2/token', {
      basic: `${client.body.clientId}:${client.body.clientSecret}`,
      form: {grant_type: 'password', username: 'admin', password: 'admin', scope},
    })
  ).body
  const ask: Rest4['ask'] = (path, options = {}) => plain(path, {bearer, ...options})
  return {
    ask,
    want: async (status, path, options) => {
      const answer = await ask(path, options)
      assert.equal(answer.status, status, `${path}: ${answer.text}`)
      return answer.body
    },
  }
}

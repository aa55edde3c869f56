import type {HttpRequest} from '../../model/exchange.js'
import type {Call} from './call.js'
import type {Client} from './found.js'
import type {Walk} from './walk.js'
import type {Way} from './ways.js'

const MANAGEMENT = 9443

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

export const basic = (id: string, secret: string): string =>
  `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`

const jsonRequest = (method: string, path: string, authorization: string, body: unknown): HttpRequest => ({
  method,
  path,
  headers: {
    authorization,
    accept: 'application/json',
    ...(body !== undefined && {'content-type': 'application/json'}),
  },
  ...(body !== undefined && {body: JSON.stringify(body)}),
})

const rest = (component: string, base: 'publisher' | 'devportal' | 'admin') => {
  return (walk: Walk, method: Method, path: string, body?: unknown): Promise<Call> => {
    const {ways, rest: paths} = walk.options
    const request = jsonRequest(method, `${paths[base]}${path}`, `Bearer ${walk.get('token')}`, body)
    return walk.ask(ways.component(component), MANAGEMENT, request)
  }
}

/** A call of a REST API with the walk's token. */
export const askPublisher = rest('publisher', 'publisher')
export const askDevportal = rest('devportal', 'devportal')
/** The publisher has the admin API too. */
export const askAdmin = rest('publisher', 'admin')

/** A call with the administrator's password. */
export function askAsAdmin(walk: Walk, way: Way, port: number, path: string, body: unknown): Promise<Call> {
  const {username, password} = walk.options.admin
  return walk.ask(way, port, jsonRequest('POST', path, basic(username, password), body))
}

/** A form that a client sends to an endpoint of OAuth. */
export function askOAuth(
  walk: Walk,
  component: string,
  endpoint: 'token' | 'revoke',
  client: Client,
  form: Readonly<Record<string, string>>,
): Promise<Call> {
  const {ways, masks} = walk.options
  const authorization = masks.add(basic(client.id, client.secret))
  return walk.ask(ways.component(component), MANAGEMENT, {
    method: 'POST',
    path: `/oauth2/${endpoint}`,
    headers: {authorization, 'content-type': 'application/x-www-form-urlencoded'},
    body: new URLSearchParams(form).toString(),
  })
}

const HTTPS = 8243

/** A GET of one of the API's resources, as the API's callers make it. */
export async function callApi(walk: Walk, way: Way, resource: string, token?: string, port = HTTPS): Promise<Call> {
  const call = await walk.ask(way, port, {
    method: 'GET',
    path: `${walk.names.context}/${walk.names.version}${resource}`,
    headers: {
      // Errors of 3.x are XML unless JSON is asked for.
      accept: 'application/json',
      ...(token !== undefined && {authorization: `Bearer ${token}`}),
    },
  })
  if (call.status === 200) walk.answeredCalls++
  return call
}

import {randomUUID} from 'node:crypto'
import type {HttpRequest} from '../../model/exchange.js'
import type {ServiceName} from '../../model/services.js'
import type {Call} from './call.js'
import type {Client} from './found.js'
import type {Walk} from './walk.js'
import type {ServiceEndpoint} from './routes.js'

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

const restApi =
  (service: ServiceName) =>
  (walk: Walk, method: Method, path: string, body?: unknown): Promise<Call> =>
    walk.ask(walk.to(service), jsonRequest(method, path, `Bearer ${walk.get('token')}`, body))

/** A call of a REST API with the walk's token. */
export const askPublisher = restApi('publisher-api')
export const askDevportal = restApi('portal-api')
export const askAdmin = restApi('admin-api')
export const askCatalog = restApi('service-catalog')

/** A field of a form: its text, or what has a type or a file name of its own. */
type FormField = string | {readonly text: string; readonly type: string; readonly fileName?: string}

function formPart(name: string, field: FormField): string {
  const {text, type, fileName} = typeof field === 'string' ? {text: field} : field
  const file = fileName === undefined ? '' : `; filename="${fileName}"`
  const typed = type === undefined ? '' : `Content-Type: ${type}\r\n`
  return `Content-Disposition: form-data; name="${name}"${file}\r\n${typed}\r\n${text}\r\n`
}

/** A form of type multipart/form-data that is sent to a REST API: fields by their names. */
export function sendForm(
  walk: Walk,
  service: ServiceName,
  path: string,
  fields: Readonly<Record<string, FormField>>,
): Promise<Call> {
  const boundary = `apim-lab-${randomUUID()}`
  const parts = Object.entries(fields).map(([name, field]) => `--${boundary}\r\n${formPart(name, field)}`)
  return walk.ask(walk.to(service), {
    method: 'POST',
    path,
    headers: {
      authorization: `Bearer ${walk.get('token')}`,
      accept: 'application/json',
      'content-type': `multipart/form-data; boundary=${boundary}`,
    },
    body: `${parts.join('')}--${boundary}--\r\n`,
  })
}

/** A POST with the administrator's password. */
export function askAsAdmin(walk: Walk, service: ServiceName, body: unknown): Promise<Call> {
  const {username, password} = walk.options.admin
  return walk.ask(walk.to(service), jsonRequest('POST', '', basic(username, password), body))
}

/** A form that a client sends to an endpoint of OAuth. */
export function askOAuth(
  walk: Walk,
  {service, endpoint}: {readonly service: 'token' | 'rest-token'; readonly endpoint: 'token' | 'revoke'},
  client: Client,
  form: Readonly<Record<string, string>>,
): Promise<Call> {
  const authorization = walk.options.redactor.add(basic(client.id, client.secret))
  return walk.ask(walk.to(service), {
    method: 'POST',
    path: `/${endpoint}`,
    headers: {authorization, 'content-type': 'application/x-www-form-urlencoded'},
    body: new URLSearchParams(form).toString(),
  })
}

/** What a caller shows to be let in: a token, or an API key (API_KEY_HEADER_QUERY_PARAM of APIConstants.java, carbon-apimgt 9.28.116). */
export type Credentials = string | {readonly apiKey: string}

const headersOf = (credentials: Credentials) =>
  typeof credentials === 'string' ? {authorization: `Bearer ${credentials}`} : {apikey: credentials.apiKey}

/** A GET of one of the API's resources, as the API's callers make it. */
export async function callApi(
  walk: Walk,
  gateway: ServiceEndpoint,
  resource: string,
  credentials?: Credentials,
): Promise<Call> {
  const call = await walk.ask(gateway, {
    method: 'GET',
    path: `${walk.names.context}/${walk.names.version}${resource}`,
    headers: {
      // Errors of 3.x are XML unless JSON is asked for.
      accept: 'application/json',
      ...(credentials !== undefined && headersOf(credentials)),
    },
  })
  if (call.status === 200) walk.answeredCalls++
  return call
}

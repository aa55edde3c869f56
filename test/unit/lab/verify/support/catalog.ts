import {randomUUID} from 'node:crypto'
import type {IncomingHttpHeaders} from 'node:http'
import {parse} from 'yaml'
import {z} from 'zod'
import {error, type Answer} from './answer.js'

/** ServiceDTO, with what is needed and what may be: service-catalog-api.yaml of product-apim v4.2.0 to v4.7.0; docs-apim 4.0.0, the same. */
const service = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(255)
    .regex(/^[^*]+$/),
  description: z.string().max(1024).optional(),
  version: z.string().min(1).max(30),
  serviceKey: z.string().max(512).optional(),
  serviceUrl: z.string(),
  definitionType: z.enum(['OAS2', 'OAS3', 'WSDL1', 'WSDL2', 'GRAPHQL_SDL', 'ASYNC_API']),
  // The product's code reads both without a look at whether they are there: ServiceCatalogUtils.java of carbon-apimgt.
  securityType: z.enum(['BASIC', 'DIGEST', 'OAUTH2', 'X509', 'API_KEY', 'NONE']),
  mutualSSLEnabled: z.boolean(),
  definitionUrl: z.string().optional(),
})
const definition = z.object({
  openapi: z.string().startsWith('3.0'),
  info: z.object({title: z.string(), version: z.string()}),
  paths: z.record(z.string(), z.object({})),
})

interface Service extends z.infer<typeof service> {
  readonly id: string
  readonly serviceKey: string
  readonly definition: string
}

interface Asked {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

interface Part {
  readonly type: string
  readonly fileName?: string | undefined
  readonly content: string
}

/** The parts of a form by their names. */
function partsOf({headers, text}: Asked): ReadonlyMap<string, Part> {
  const [, boundary = ''] = /^multipart\/form-data; boundary=(\S+)$/.exec(headers['content-type'] ?? '') ?? []
  const parts = text.split(`--${boundary}`).slice(1, -1)
  return new Map(
    parts.map(part => {
      const [head = '', ...rest] = part.slice(2).split('\r\n\r\n')
      const [, name = ''] = / name="([^"]*)"/.exec(head) ?? []
      const [, fileName] = /; filename="([^"]*)"/.exec(head) ?? []
      const [, type = 'text/plain'] = /^Content-Type: (.*)$/m.exec(head) ?? []
      return [name, {type, fileName, content: rest.join('\r\n\r\n').replace(/\r\n$/, '')}]
    }),
  )
}

/** The service catalog: takes what its description says, and nothing else. */
export class Catalog {
  readonly #services = new Map<string, Service>()

  constructor(
    readonly version: 0 | 1,
    readonly usage: (key: string) => readonly {readonly id: string; readonly name: string}[],
  ) {}

  get remains(): readonly string[] {
    return [...this.#services.values()].map(({name}) => `service ${name}`)
  }

  byKey(key: string): Service | undefined {
    return [...this.#services.values()].find(it => it.serviceKey === key)
  }

  answer(asked: Asked, scopes: readonly string[]): Answer {
    const {method, path, query} = asked
    const needed = `service_catalog:service_${method === 'GET' ? 'view' : 'write'}`
    if (!scopes.includes(needed)) return error(403, `needs ${needed}`)
    const [, collection, id = '', what] = path.split('/')
    if (collection !== 'services') return error(404, `no ${path}`)
    if (id === '' && method === 'POST') return this.#add(partsOf(asked))
    if (id === '' && method === 'GET') return {status: 200, body: this.#list(query)}
    const found = this.#services.get(id)
    if (!found) return error(404, `no service ${id}`)
    const {definition: text, ...told} = found
    const users = this.usage(found.serviceKey)
    if (method === 'GET' && what === undefined) return {status: 200, body: {...told, usage: users.length}}
    if (method === 'GET' && what === 'definition') return {status: 200, body: parse(text)}
    if (method === 'GET' && what === 'usage') return {status: 200, body: {count: users.length, list: users}}
    if (method !== 'DELETE' || what !== undefined) return error(404, `no ${method} ${path}`)
    if (users.length > 0) return error(409, 'it is used by APIs')
    this.#services.delete(id)
    return {status: 204}
  }

  #list(query: URLSearchParams) {
    const key = query.get('key')
    const list = [...this.#services.values()].filter(it => key === null || it.serviceKey === key)
    return {list: list.map(({id, name, serviceKey}) => ({id, name, serviceKey})), pagination: {total: list.length}}
  }

  #add(parts: ReadonlyMap<string, Part>): Answer {
    const metadata = parts.get('serviceMetadata')
    const file = parts.get('definitionFile')
    const inline = parts.get('inlineContent')
    if (metadata?.type !== 'application/json') return error(415, 'serviceMetadata is no JSON')
    // v0 knows no service without a file.
    if (file ? !file.fileName || inline : !inline || this.version === 0) return error(400, 'one definition, please')
    const given = service.parse(JSON.parse(metadata.content))
    const text = (file ?? inline)!.content
    if (given.definitionType === 'OAS3') definition.parse(parse(text))
    const serviceKey = given.serviceKey ?? `${given.name}-${given.version}`
    const others = [...this.#services.values()]
    if (others.some(it => it.serviceKey === serviceKey || (it.name === given.name && it.version === given.version)))
      return error(409, 'it is there')
    const told = {...given, id: randomUUID(), serviceKey}
    this.#services.set(told.id, {...told, definition: text})
    return {status: 201, body: told}
  }
}

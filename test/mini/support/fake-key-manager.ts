import {randomUUID} from 'node:crypto'
import {createServer} from 'node:https'
import type {IncomingMessage} from 'node:http'
import {NODE} from './pki.js'

export interface FakeKeyManager {
  /** Clients by id, as they were registered. */
  readonly clients: ReadonlyMap<string, Record<string, unknown> & {secret: string}>
  /** Tokens that were revoked. */
  readonly revoked: readonly string[]
  /** Status that every registration answers instead of its own. */
  refuse: number | undefined
  stop(): Promise<void>
}

const read = async (request: IncomingMessage) => {
  const parts: Buffer[] = []
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
  return Buffer.concat(parts).toString('utf8')
}

const BASIC = `Basic ${Buffer.from('admin:admin').toString('base64')}`
const REGISTER = '/keymanager-operations/dcr/register'

/** A key manager's registration, token and revoke endpoints on a port, strict about what it is sent. */
export const fakeKeyManager = async (port: number): Promise<FakeKeyManager> => {
  const clients = new Map<string, Record<string, unknown> & {secret: string}>()
  const revoked: string[] = []
  const state = {refuse: undefined as number | undefined}

  const registration = (method: string, path: string, text: string): [number, unknown] => {
    if (state.refuse !== undefined) return [state.refuse, {description: 'refused by the test'}]
    const [, id = '', action] = path.slice(REGISTER.length).split('/')
    if (method === 'POST' && id === '') {
      const body = JSON.parse(text) as Record<string, unknown>
      const clientId = (body.ext_param_client_id as string | undefined) ?? randomUUID()
      clients.set(clientId, {...body, secret: randomUUID()})
      return [201, {client_id: clientId, client_secret: clients.get(clientId)?.secret}]
    }
    const client = clients.get(id)
    if (!client) return [404, {description: 'no such client'}]
    if (action === 'regenerate-consumer-secret') {
      client.secret = randomUUID()
      return [200, {client_id: id, client_secret: client.secret}]
    }
    if (method === 'PUT') clients.set(id, {...client, ...(JSON.parse(text) as object)})
    if (method === 'DELETE') clients.delete(id)
    const told = method === 'GET' ? {client_secret: client.secret} : {}
    return [method === 'DELETE' ? 204 : 200, {client_id: id, ...told}]
  }
  const oauth = (path: string, text: string): [number, unknown] => {
    const form = new URLSearchParams(text)
    const client = clients.get(form.get('client_id') ?? '')
    if (client?.secret !== form.get('client_secret')) {
      return [401, {error: 'invalid_client', error_description: 'A valid OAuth client could not be found'}]
    }
    if (path === '/oauth2/revoke') {
      revoked.push(form.get('token') ?? '')
      return [200, {}]
    }
    const scope = form.get('scope') ?? 'am_application_scope default'
    const expires = Number(form.get('validity_period') ?? 3600)
    return [200, {access_token: `token-of-${form.get('client_id')}`, scope, token_type: 'Bearer', expires_in: expires}]
  }
  const answer = (request: IncomingMessage, text: string): [number, unknown] => {
    const {url = '/', method = 'GET', headers} = request
    if (url === '/services/Version') return [200, {}]
    if (url.startsWith(REGISTER)) return headers.authorization === BASIC ? registration(method, url, text) : [401, {}]
    return url.startsWith('/oauth2/') ? oauth(url, text) : [404, {}]
  }
  const server = createServer({key: NODE.key, cert: NODE.cert}, (request, response) => {
    void read(request).then(text => {
      const [status, body] = answer(request, text)
      response.writeHead(status, {'content-type': 'application/json'}).end(JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  return {
    clients,
    revoked,
    get refuse() {
      return state.refuse
    },
    set refuse(status) {
      state.refuse = status
    },
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

import {createServer} from 'node:https'
import {NODE} from './pki.js'

export interface FakePortal {
  stop(): Promise<void>
}

/** What publisher and devportal answer the analytics dashboard, on one port. Knows admin/admin, and ann/annann without a role. */
export const fakePortal = async (port: number): Promise<FakePortal> => {
  const users: Readonly<Record<string, string>> = {admin: 'admin', ann: 'annann'}
  const answer = (method: string, url: string, authorization: string, text: string): [number, unknown] => {
    if (url === '/services/Version') return [200, {}]
    const basic = Buffer.from(authorization.replace('Basic ', ''), 'base64').toString('utf8')
    if (url === '/client-registration/v0.17/register') {
      return basic === 'admin:admin' && method === 'POST'
        ? [200, {clientId: 'dashboard', clientSecret: 'dashboard-secret'}]
        : [401, {}]
    }
    if (url === '/oauth2/token') {
      if (basic !== 'dashboard:dashboard-secret') return [401, {error: 'invalid_client'}]
      const form = new URLSearchParams(text)
      const name = form.get('username') ?? ''
      return Object.hasOwn(users, name) && users[name] === form.get('password')
        ? [200, {access_token: `token-of-${name}`, expires_in: 3600, scope: 'apim:tenantInfo'}]
        : [400, {error: 'invalid_grant'}]
    }
    if (url.startsWith('/api/am/admin/v1/tenant-info/')) {
      return authorization === 'Bearer token-of-admin'
        ? [200, {username: 'admin', tenantDomain: 'carbon.super', tenantId: -1234}]
        : [403, {}]
    }
    if (url.startsWith('/api/am/store/v1/apis')) {
      return authorization === 'Bearer token-of-admin' ? [200, {count: 1, list: [{name: 'Never called'}]}] : [401, {}]
    }
    return [404, {}]
  }
  const server = createServer({key: NODE.key, cert: NODE.cert}, (request, response) => {
    let text = ''
    request.on('data', part => (text += String(part)))
    request.on('end', () => {
      const {method = 'GET', url = '/', headers} = request
      const [status, body] = answer(method, url, headers.authorization ?? '', text)
      response.writeHead(status, {'content-type': 'application/json'}).end(JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  return {
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

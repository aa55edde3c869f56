import assert from 'node:assert/strict'
import {OPENED, type ApiName} from './facts/facts.js'
import {onMysql} from './support/in-cluster.js'

const NOBODY = '00000000-0000-0000-0000-000000000000'
const CLIENT = {
  clientName: 'scopes',
  owner: 'admin',
  grantType: 'password',
  saasApp: true,
  callbackUrl: 'www.example.com',
}
/** Those of a role for integration tools, which mini does not have. */
const OF_NO_ROLE = ['apim:api_list_view', 'apim:api_definition_view']

interface Release {
  readonly face: '3.2' | '4'
  readonly nodes: readonly string[]
  readonly tokens: string
  readonly apis: Readonly<Partial<Record<ApiName, readonly [node: string, base: string]>>>
}

const RELEASES: Readonly<Record<string, Release>> = {
  '3.2.0': {
    face: '3.2',
    nodes: ['key-manager-1', 'publisher-1', 'devportal-1', 'traffic-manager-1'],
    tokens: 'key-manager-1',
    apis: {
      publisher: ['publisher-1', '/api/am/publisher/v1'],
      store: ['devportal-1', '/api/am/store/v1'],
      admin: ['publisher-1', '/api/am/admin/v1'],
    },
  },
  '4.x': {
    face: '4',
    nodes: ['control-plane-1'],
    tokens: 'control-plane-1',
    apis: {
      'publisher-4': ['control-plane-1', '/api/am/publisher/v4'],
      'devportal-4': ['control-plane-1', '/api/am/devportal/v3'],
      'admin-4': ['control-plane-1', '/api/am/admin/v4'],
      'service-catalog-4': ['control-plane-1', '/api/am/service-catalog/v1'],
    },
  },
}

describe('mini: each scope opens what the official descriptions say', function () {
  this.timeout(120_000)
  const {cluster, newCluster, close} = onMysql()
  afterEach(close)

  for (const [release, {face, nodes, tokens, apis}] of Object.entries(RELEASES))
    it(`of ${release}`, async () => {
      await newCluster(nodes, {face, analytics: false})
      await cluster.startAll()
      const client = await cluster.ask(tokens, 9443, '/client-registration/v0.17/register', {
        basic: 'admin:admin',
        json: CLIENT,
      })
      const basic = `${client.body.clientId}:${client.body.clientSecret}`
      const given = new Map<string, string>()
      const tokenOf = async (scope: string) => {
        const form = {grant_type: 'password', username: 'admin', password: 'admin', scope}
        const token = given.get(scope) ?? (await cluster.ask(tokens, 9443, '/oauth2/token', {form, basic})).body
        if (typeof token === 'string') return token
        assert.equal(token.scope, scope)
        given.set(scope, token.access_token)
        return token.access_token as string
      }
      const refused: string[] = []
      let asked = 0
      for (const {api, method, path, scopes} of OPENED) {
        const [node, base] = apis[api] ?? []
        if (node === undefined) continue
        const at = `${base}${path.replace(/\{\w+\}/g, NOBODY)}`
        const body = method === 'POST' || method === 'PUT' ? {json: {}} : {}
        if ((await cluster.ask(node, 9443, at, {method, ...body})).status === 501) continue
        for (const scope of scopes.filter(it => !OF_NO_ROLE.includes(it))) {
          const {status} = await cluster.ask(node, 9443, at, {method, ...body, bearer: await tokenOf(scope)})
          asked += 1
          if (status === 401 || status === 403) refused.push(`${method} ${base}${path}: ${scope}`)
        }
      }
      assert.deepEqual(refused, [])
      assert.ok(asked > 100, String(asked))
    })
})

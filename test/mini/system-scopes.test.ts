import assert from 'node:assert/strict'
import type {Asked, AskOptions} from '../support/ask.js'
import {strange} from './facts/facts.js'
import {inPortals} from './support/in-portals.js'
import {seedToken, seedUser} from './support/seed.js'

const PUBLISHER = '/api/am/publisher/v1'
const ADMIN = '/api/am/admin/v1'

describe('mini: which role may do what by REST', function () {
  this.timeout(120_000)
  const {cluster, databases} = inPortals()
  let bearer = ''
  const ask = (path: string, options: AskOptions = {}) => cluster.ask('publisher-1', 9443, path, {bearer, ...options})
  const put = (path: string, list: unknown) =>
    ask(`${ADMIN}/system-scopes${path}`, {method: 'PUT', json: {count: 1, list}})
  const fits = (answer: Asked, type: string) => {
    assert.equal(answer.status, 200, answer.text)
    assert.deepEqual(strange('admin', type, answer.body), [])
  }
  /** With user name and password, each call is judged by what the roles allow now. */
  const as = (basic: string, path: string) => cluster.ask('publisher-1', 9443, `${PUBLISHER}${path}`, {basic})
  const rolesOf = (answer: Asked, scope: string) =>
    (answer.body.list as {name: string; roles: string[]}[]).find(it => it.name === scope)?.roles
  const granted = async (scope: string) => {
    const form = {grant_type: 'password', username: 'ann', password: 'annann', scope}
    const registered = await cluster.ask('key-manager-1', 9443, '/client-registration/v0.17/register', {
      basic: 'admin:admin',
      json: {callbackUrl: 'https://a', clientName: 'rest', owner: 'admin', grantType: 'password', saasApp: true},
    })
    const {clientId, clientSecret} = registered.body
    const answer = await cluster.ask('key-manager-1', 9443, '/oauth2/token', {
      form,
      basic: `${clientId}:${clientSecret}`,
    })
    assert.equal(answer.status, 200, answer.text)
    return answer.body.scope as string
  }
  const logIn = async (site: 'publisher' | 'devportal') => {
    const form = {username: 'ann', password: 'annann', next: ''}
    return (await cluster.ask(`${site}-1`, 9443, `/${site}/login`, {form})).status
  }

  before(async () => {
    await cluster.startAll()
    await seedUser(databases, 'ann', 'annann', ['architect'])
    bearer = await seedToken(databases, 'admin', ['apim:admin'])
  })

  it('is the product’s own at first', async () => {
    const list = await ask(`${ADMIN}/system-scopes`)
    fits(list, 'ScopeList')
    assert.deepEqual(rolesOf(list, 'apim:api_view'), [
      'admin',
      'Internal/publisher',
      'Internal/creator',
      'Internal/analytics',
    ])
    const aliases = await ask(`${ADMIN}/system-scopes/role-aliases`)
    fits(aliases, 'RoleAliasList')
    assert.deepEqual(aliases.body, {count: 0, list: []})
    assert.equal((await as('ann:annann', '/apis')).status, 401)
    assert.deepEqual([await logIn('publisher'), await logIn('devportal')], [401, 401])
  })

  it('a role that is given a scope has it, and the others keep theirs', async () => {
    const changed = await put('', [{name: 'apim:api_view', roles: ['admin', 'architect']}])
    fits(changed, 'ScopeList')
    assert.deepEqual(rolesOf(changed, 'apim:api_view'), ['admin', 'architect'])
    assert.deepEqual(rolesOf(changed, 'apim:api_create'), ['admin', 'Internal/creator'])
    assert.equal((await as('ann:annann', '/apis')).status, 200)
    assert.equal(await granted('apim:api_view apim:api_create'), 'apim:api_view')
    await put('', [{name: 'apim:api_view', roles: ['admin']}])
    assert.equal((await as('ann:annann', '/apis')).status, 401)
    assert.equal(await granted('apim:api_view'), 'default')
  })

  it('an alias of a role has what the role has, on the pages too', async () => {
    const list = [
      {role: 'Internal/creator', aliases: ['architect', 'engineer']},
      {role: 'Internal/subscriber', aliases: ['architect']},
    ]
    const changed = await put('/role-aliases', list)
    fits(changed, 'RoleAliasList')
    assert.deepEqual(changed.body, {count: 2, list})
    assert.deepEqual((await ask(`${ADMIN}/system-scopes/role-aliases`)).body, changed.body)
    assert.equal(await granted('apim:api_create apim:subscribe apim:admin'), 'apim:api_create apim:subscribe')
    const name = Buffer.from('apim:api_create').toString('base64')
    assert.equal((await ask(`${ADMIN}/system-scopes/${name}?username=ann`)).status, 200)
    assert.deepEqual([await logIn('publisher'), await logIn('devportal')], [303, 303])
    fits(await put('/role-aliases', []), 'RoleAliasList')
    assert.equal(await granted('apim:api_create'), 'default')
    assert.deepEqual([await logIn('publisher'), await logIn('devportal')], [401, 401])
  })

  it('is kept where the product keeps it, and said so by who may', async () => {
    const [row] = await databases.query<{name: string}>(
      'shareddb',
      'SELECT r.REG_NAME AS name FROM REG_RESOURCE r JOIN REG_PATH p ON p.REG_PATH_ID = r.REG_PATH_ID AND p.REG_TENANT_ID = r.REG_TENANT_ID ' +
        "WHERE p.REG_PATH_VALUE = '/_system/config/apimgt/applicationdata'",
    )
    assert.equal(row?.name, 'tenant-conf.json')
    assert.equal((await put('', [{name: 'apim:nothing', roles: ['admin']}])).status, 404)
    for (const roles of [[], ['a,b'], ['']]) {
      assert.equal((await put('', [{name: 'apim:api_view', roles}])).status, 400, JSON.stringify(roles))
    }
    const plain = await seedToken(databases, 'admin', ['apim:api_view'])
    const refused = await ask(`${ADMIN}/system-scopes`, {method: 'PUT', json: {list: []}, bearer: plain})
    assert.equal(refused.status, 403)
  })
})

import assert from 'node:assert/strict'
import type {AskOptions} from '../support/ask.js'
import {strange} from './facts/facts.js'
import {inPortals} from './support/in-portals.js'
import {seedToken, seedUser} from './support/seed.js'
import {sessionOf} from './support/session.js'

const STORE = '/api/am/store/v1'
const ATTRIBUTES = `
[apim.devportal]
display_deprecated_apis = true

[[apim.devportal.application_attributes]]
name = "Cost center"
description = "Who <pays>"
required = true

[[apim.devportal.application_attributes]]
name = "Internal"
hidden = true
required = true
`

describe('mini: what a developer portal asks its users for', function () {
  this.timeout(60_000)
  const {cluster, databases} = inPortals(ATTRIBUTES)
  let bearer = ''
  before(async () => {
    await cluster.startAll()
    await seedUser(databases, 'jane', 'before', ['Internal/subscriber'])
    bearer = await seedToken(databases, 'jane', ['apim:subscribe', 'apim:app_manage'])
  })
  const ask = (path: string, options: AskOptions = {}) =>
    cluster.ask('devportal-1', 9443, `${STORE}${path}`, {bearer, ...options})
  const application = (name: string, attributes?: object) => ({
    json: {name, throttlingPolicy: 'Unlimited', ...(attributes && {attributes})},
  })

  it('tells which attributes applications have, and takes none without those that must be there', async () => {
    const {status, body} = await ask('/settings/application-attributes')
    assert.equal(status, 200)
    assert.deepEqual(strange('store', 'ApplicationAttributeList', body), [])
    assert.deepEqual(body.list, [
      {attribute: 'Cost center', description: 'Who <pays>', required: 'true', hidden: 'false'},
      {attribute: 'Internal', description: '', required: 'true', hidden: 'true'},
    ])
    for (const given of [undefined, {}, {'Cost center': ' '}, {Internal: 'x'}]) {
      const refused = await ask('/applications', application('refused', given))
      assert.equal(refused.status, 400, refused.text)
      assert.match(refused.body.description, /Required application attribute not provided: Cost center/)
    }
    const made = await ask('/applications', application('made', {'Cost center': '7', own: 'kept'}))
    assert.equal(made.status, 201, made.text)
    assert.deepEqual(made.body.attributes, {'Cost center': '7', own: 'kept'})
    const emptied = await ask(`/applications/${made.body.applicationId}`, {
      method: 'PUT',
      json: {...made.body, attributes: {}},
    })
    assert.equal(emptied.status, 400)
  })

  it('lists deprecated APIs where it is set to', async () => {
    const publisher = '/api/am/publisher/v1/apis'
    const creator = await seedToken(databases, 'admin', ['apim:api_create', 'apim:api_publish'])
    const at = (path: string, options: AskOptions) =>
      cluster.ask('publisher-1', 9443, `${publisher}${path}`, {bearer: creator, ...options})
    const endpointConfig = {endpoint_type: 'http', production_endpoints: {url: 'http://localhost:1/'}}
    const api = {name: 'Old', context: '/old', version: '1.0.0', policies: ['Unlimited'], endpointConfig}
    const {body} = await at('', {json: api})
    for (const action of ['Publish', 'Deprecate']) {
      const moved = await at(`/change-lifecycle?action=${action}&apiId=${body.id}`, {method: 'POST'})
      assert.equal(moved.status, 200, moved.text)
    }
    const found = (await ask('/apis?query=status:DEPRECATED')).body.list as {name: string}[]
    assert.deepEqual(
      found.map(it => it.name),
      ['Old'],
    )
  })

  it('asks for them on its page', async () => {
    const page = (path: string, options: AskOptions = {}) =>
      cluster.ask('devportal-1', 9443, `/devportal${path}`, options)
    const form = {username: 'jane', password: 'before', next: ''}
    const cookie = sessionOf(await page('/login', {form}))
    const {text} = await page('/applications', {headers: {cookie}})
    assert.match(text, /Cost center <small>Who &lt;pays&gt;<\/small>/)
    assert.doesNotMatch(text, /attribute:Internal/)
    const csrf = /name="csrf" value="([^"]+)"/.exec(text)?.[1] ?? ''
    const send = (more: object) =>
      page('/applications', {headers: {cookie}, form: {csrf, name: 'paged', policy: 'Unlimited', ...more}})
    assert.equal((await send({})).status, 400)
    assert.equal((await send({'attribute:Cost center': '8'})).status, 303)
    const [{attributes}] = (await ask('/applications?query=paged')).body.list
    assert.deepEqual(attributes, {'Cost center': '8'})
  })

  it('gives a user another password, for the one before', async () => {
    const change = (currentPassword: string, newPassword: string) =>
      ask('/me/change-password', {json: {currentPassword, newPassword}})
    const login = async (password: string) =>
      (await cluster.ask('devportal-1', 9443, '/devportal/login', {form: {username: 'jane', password, next: ''}}))
        .status
    const wrong = await change('guessed', 'after1')
    assert.deepEqual([wrong.status, wrong.body.code], [400, 901451])
    for (const invalid of ['', 'abcd', 'with space', 'x'.repeat(31), '\u{1f355}'.repeat(5)]) {
      const refused = await change('before', invalid)
      assert.deepEqual([refused.status, refused.body.code], [400, 901452], invalid)
    }
    assert.equal(await login('before'), 303)
    assert.equal((await change('before', 'after1')).status, 200)
    assert.deepEqual([await login('before'), await login('after1')], [401, 303])
    assert.equal((await ask('/settings')).body.IsPasswordChangeEnabled, true)
    assert.equal((await ask('/me/change-password', {bearer: '', json: {}})).status, 401)
  })
})

import assert from 'node:assert/strict'
import {randomUUID} from 'node:crypto'
import type {AskOptions} from '../support/ask.js'
import {fill, openPage, pressOn, startBrowser, visit} from '../support/browser.js'
import {faultsOf} from '../support/page-checks.js'
import {inPortals} from './support/in-portals.js'
import {seedToken, seedUser} from './support/seed.js'
import {FORM_TYPE} from './support/html-form.js'
import {sessionOf} from './support/session.js'

const STORE = '/api/am/store/v1'
const ATTRIBUTES = `
[[apim.devportal.application_attributes]]
name = "Cost center"
description = "Who <pays>"
required = true

[[apim.devportal.application_attributes]]
name = "Team"

[[apim.devportal.application_attributes]]
name = "Internal"
hidden = true
`
const REDIRECTS = 'https://one.example/back,https://two.example/back'

describe("mini: the devportal's pages of an application and its keys", function () {
  this.timeout(60_000)
  const {cluster, databases} = inPortals(ATTRIBUTES)
  let bearer = ''
  let cookie = ''
  let csrf = ''
  const host = () => `https://localhost:${cluster.port('devportal-1', 9443)}`
  const rest = (path: string, options: AskOptions = {}) =>
    cluster.ask('devportal-1', 9443, `${STORE}${path}`, {bearer, ...options})
  const ask = (path: string, options: AskOptions = {}) =>
    cluster.ask('devportal-1', 9443, `/devportal${path}`, {...options, headers: {cookie, ...options.headers}})
  /** Sends a form; of a name with several values, each. */
  const send = (path: string, form: Readonly<Record<string, string | readonly string[]>> = {}) => {
    const pairs = Object.entries({csrf, ...form}).flatMap(([name, it]) => [it].flat().map(value => [name, value]))
    const headers = {'content-type': FORM_TYPE}
    return ask(path, {method: 'POST', body: new URLSearchParams(pairs as [string, string][]).toString(), headers})
  }
  const login = async (username: string) => {
    const answer = await ask('/login', {form: {username, password: 'letmein', next: ''}})
    cookie = sessionOf(answer)
    csrf = /name="csrf" value="([^"]+)"/.exec((await ask('/applications')).text)?.[1] ?? ''
  }
  const told = async (id: string) => {
    const {status, body, text} = await rest(`/applications/${id}`)
    assert.equal(status, 200, text)
    return body
  }
  const make = async (name: string) => {
    const json = {
      ...{name, throttlingPolicy: '10PerMin', description: 'One\n\n<two>', tokenType: 'OAUTH'},
      attributes: {'Cost center': '7', Internal: 'hidden', own: 'kept'},
    }
    const {status, body, text} = await rest('/applications', {json})
    assert.equal(status, 201, text)
    return body.applicationId as string
  }
  const keyMore = {callbackUrl: REDIRECTS, additionalProperties: {x: 'y'}}
  const makeKey = async (id: string, keyType = 'PRODUCTION') => {
    const json = {keyType, grantTypesToBeSupported: ['client_credentials', 'urn:own:grant'], ...keyMore}
    const {status, body, text} = await rest(`/applications/${id}/generate-keys`, {json})
    assert.equal(status, 200, text)
    return body as {keyMappingId: string; consumerKey: string; consumerSecret: string}
  }
  const keyTold = async (id: string, key: string) => (await rest(`/applications/${id}/oauth-keys/${key}`)).body

  before(async () => {
    await cluster.startAll()
    for (const name of ['jane', 'joe']) await seedUser(databases, name, 'letmein', ['Internal/subscriber'])
    bearer = await seedToken(databases, 'jane', ['apim:subscribe', 'apim:app_manage'])
    await login('jane')
  })

  it('change what an application says of itself, and keep what the form does not show', async () => {
    const id = await make('shop')
    assert.ok((await ask('/applications')).text.includes(`href="/devportal/applications/${id}/edit"`))
    const page = (await ask(`/applications/${id}/edit`)).text
    assert.match(page, /name="name"[^>]*value="shop"/)
    assert.match(page, /<option value="10PerMin" selected>/)
    assert.match(page, /<option value="OAUTH" selected>/)
    assert.ok(page.includes('>One\n\n&lt;two&gt;</textarea>'), page)
    assert.match(page, /Who &lt;pays&gt;[^]*name="attribute:Cost center"[^>]*value="7"[^>]*required/)
    assert.ok(!page.includes('Internal') && !page.includes('attribute:own'))
    const form = {name: 'Web shop', policy: '20PerMin', description: 'a\r\nb', tokenType: 'JWT'}
    const saved = await send(`/applications/${id}/edit`, {
      ...form,
      'attribute:Cost center': '8',
      'attribute:Team': 'blue',
    })
    assert.equal(saved.headers.location, '/devportal/applications', saved.text)
    const now = await told(id)
    assert.deepEqual(
      [now.name, now.throttlingPolicy, now.description, now.tokenType],
      ['Web shop', '20PerMin', 'a\nb', 'JWT'],
    )
    assert.deepEqual(now.attributes, {'Cost center': '8', Team: 'blue', Internal: 'hidden', own: 'kept'})
    await send(`/applications/${id}/edit`, {'attribute:Team': ''})
    assert.deepEqual(await told(id), {...now, attributes: {'Cost center': '8', Internal: 'hidden', own: 'kept'}})
  })

  it('give the form back with what was typed where it is refused, and change nothing', async () => {
    const id = await make('other')
    await make('taken')
    const was = await told(id)
    const refusals: (readonly [Record<string, string>, number, RegExp])[] = [
      [{name: 'a/<b'}, 400, /name: Application name cannot contain invalid characters/],
      [{name: 'taken'}, 409, /An application already exists with name taken/],
      [{policy: 'No<ne'}, 400, /Specified tier No&lt;ne is invalid/],
      [{tokenType: 'NONE'}, 400, /tokenType: /],
      [{description: 'd'.repeat(513)}, 400, /description: /],
      [{'attribute:Cost center': ''}, 400, /Required application attribute not provided: Cost center/],
    ]
    for (const [form, status, why] of refusals) {
      const typed = {name: 'other', 'attribute:Team': '"><i>typed', ...form}
      for (const path of [`/applications/${id}/edit`, '/applications']) {
        const asked =
          path === '/applications' ? {policy: '10PerMin', name: 'new', 'attribute:Cost center': '1', ...form} : {}
        const {status: answered, text} = await send(path, {...typed, ...asked})
        assert.equal(answered, status, text)
        assert.match(/role="alert">([^<]*)</.exec(text)?.[1] ?? '', why)
        assert.ok(text.includes('value="&quot;&gt;&lt;i&gt;typed"'), text)
        assert.ok(text.includes(`action="/devportal${path}"`))
      }
    }
    assert.deepEqual(await told(id), was)
    assert.equal((await rest('/applications?query=new')).body.count, 0)
  })

  it('make an application with a description', async () => {
    const form = {name: 'described', policy: '10PerMin', tokenType: 'OAUTH', description: '<b>', 'attribute:Team': ''}
    assert.equal((await send('/applications', {...form, 'attribute:Cost center': '3'})).status, 303)
    const {list} = (await rest('/applications?query=described')).body
    assert.equal(list[0].description, '<b>')
    assert.deepEqual(list[0].attributes, {'Cost center': '3'})
    assert.equal((await told(list[0].applicationId)).tokenType, 'OAUTH')
  })

  it('change what keys may do, and keep what else is said of them', async () => {
    const id = await make('keyed')
    const {keyMappingId: key} = await makeKey(id)
    const path = `/applications/${id}/keys/${key}`
    assert.ok((await ask('/applications')).text.includes(`href="/devportal${path}"`))
    const page = (await ask(path)).text
    assert.match(page, /value="urn:own:grant"\s+checked/)
    for (const it of ['password', 'authorization_code']) assert.match(page, new RegExp(`value="${it}"\\s+/>`))
    assert.ok(page.includes(`name="callbackUrl" maxlength="2048" value="${REDIRECTS}"`), page)
    const grantType = ['password', 'authorization_code', 'urn:own:grant']
    const offered = (await rest('/key-managers')).body.list[0].availableGrantTypes
    assert.deepEqual(offered.toSorted(), ['authorization_code', 'client_credentials', 'password', 'refresh_token'])
    const saved = await send(path, {grantType, callbackUrl: 'https://a.example/back'})
    assert.equal(saved.headers.location, '/devportal/applications', saved.text)
    const now = await keyTold(id, key)
    assert.deepEqual(now.supportedGrantTypes, grantType)
    assert.equal(now.callbackUrl, 'https://a.example/back')
    assert.deepEqual(now.additionalProperties, {x: 'y'})
    for (const [form, why] of [
      [{callbackUrl: 'https://b.example/"back'}, /supportedGrantTypes: /],
      [{callbackUrl: 'https://b.example/"back b', grantType}, /The key manager refused: /],
      [{callbackUrl: 'https://b.example/"back', grantType: ['pass word']}, /is no grant type/],
    ] as const) {
      const {status, text} = await send(path, form)
      assert.equal(status, 400, text)
      assert.match(/role="alert">([^<]*)</.exec(text)?.[1] ?? '', why)
      assert.ok(text.includes('value="https://b.example/&quot;back'), text)
    }
    assert.deepEqual(await keyTold(id, key), now)
    await send(path, {grantType: ['client_credentials'], callbackUrl: ''})
    assert.deepEqual(await keyTold(id, key), {...now, supportedGrantTypes: ['client_credentials'], callbackUrl: null})
  })

  it('make a new secret, show it once, and make tokens with it', async () => {
    const id = await make('renewed')
    const {keyMappingId: key, consumerKey, consumerSecret: old} = await makeKey(id)
    const token = (consumerSecret: string) =>
      rest(`/applications/${id}/oauth-keys/${key}/generate-token`, {json: {consumerSecret}})
    assert.equal((await token(old)).status, 200)
    const {status, text} = await send(`/applications/${id}/keys/${key}/secret`)
    assert.equal(status, 200, text)
    assert.match(text, /not shown again/)
    const {consumerSecret: now} = await keyTold(id, key)
    assert.notEqual(now, old)
    assert.ok(text.includes(`<code>${consumerKey}</code>`) && text.includes(`<code>${now}</code>`), text)
    assert.ok(!(await ask(`/applications/${id}/keys/${key}`)).text.includes(now))
    assert.equal((await token(old)).status, 400)
    assert.equal((await token(now)).status, 200)
    await rest(`/applications/${id}/oauth-keys/${key}/regenerate-secret`, {method: 'POST'})
    const made = await send(`/applications/${id}/token`, {key, scopes: ''})
    assert.match(made.text, /Keep the token now/, 'also where the secret was renewed elsewhere')
  })

  it("show and change nobody else's, and no key of someone else's key manager", async () => {
    const id = await make('mine')
    const {keyMappingId: key} = await makeKey(id)
    const was = await told(id)
    const path = `/applications/${id}`
    assert.equal((await ask(`${path}/edit`, {form: {name: 'forged'}})).status, 403, 'no csrf')
    await login('joe')
    for (const of of [`${path}/edit`, `${path}/keys/${key}`]) {
      const {status, text} = await ask(of)
      assert.equal(status, 403, of)
      assert.ok(!text.includes('<form class="fields"'))
      assert.equal((await send(of, {name: 'stolen', grantType: 'password'})).status, 403, of)
    }
    assert.equal((await send(`${path}/keys/${key}/secret`)).status, 403)
    await login('jane')
    assert.deepEqual(await told(id), was)
    for (const of of [`/applications/${randomUUID()}/edit`, `${path}/keys/${randomUUID()}`]) {
      assert.equal((await ask(of)).status, 404, of)
      assert.equal((await send(of, {name: 'none', grantType: 'password'})).status, 404, of)
    }
    const sql = "UPDATE AM_APPLICATION_KEY_MAPPING SET KEY_MANAGER = 'Other' WHERE UUID = ?"
    await databases.query('apimgtdb', sql, [key])
    assert.match((await ask('/applications')).text, /at Other/)
    for (const of of ['', '/secret']) {
      const {status, text} = await send(`${path}/keys/${key}${of}`, {grantType: 'password'})
      assert.equal(status, 501, text)
      assert.match(text, /mini asks nothing of the key manager Other/)
    }
  })

  it('fit narrow and wide windows, work without a mouse, and save what they were given', async () => {
    const id = await make('browsed')
    const {keyMappingId: key} = await makeKey(id)
    const was = {application: await told(id), key: await keyTold(id, key)}
    const browser = await startBrowser()
    try {
      for (const width of [360, 1440]) {
        const {page, strangers, complaints} = await openPage(browser, width)
        await visit(page, `${host()}/devportal/login`)
        await fill(page, {'input[name=username]': 'jane', 'input[name=password]': 'letmein'})
        await pressOn(page, 'main button')
        for (const path of [`/applications/${id}/edit`, `/applications/${id}/keys/${key}`]) {
          await visit(page, `${host()}/devportal${path}`)
          assert.deepEqual(await faultsOf(page), [], `${path} at ${width}`)
          await pressOn(page, 'form.fields button')
          assert.ok(page.url().endsWith('/devportal/applications'), page.url())
          assert.deepEqual(await faultsOf(page), [], `applications at ${width}`)
        }
        assert.deepEqual({application: await told(id), key: await keyTold(id, key)}, was)
        assert.deepEqual([...strangers, ...complaints], [])
      }
    } finally {
      await browser.close()
    }
  })
})

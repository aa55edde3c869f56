import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import * as oauth from 'oauth4webapi'
import {createLocalJWKSet, decodeJwt, jwtVerify} from 'jose'
import {removeCodes} from '../../src/mini/oauth/authorization-code.js'
import type {Asked, AskOptions} from '../support/ask.js'
import {onMysql} from './support/in-cluster.js'
import {seedUser} from './support/seed.js'
import {until} from './support/until.js'

const KM = 'key-manager-1'
const ISSUER = new URL('https://localhost:9443/oauth2/token')
const CALLBACK = 'https://app.example.com/callback?from=apim'
const DCR = '/client-registration/v0.17/register'
const ADMIN = 'admin:admin'
const GRANTS = 'authorization_code refresh_token password client_credentials'

/** A browser: it keeps cookies, and follows redirects within the key manager. */
class Browser {
  readonly cookies = new Map<string, string>()

  constructor(private readonly send: (path: string, options: AskOptions) => Promise<Asked>) {}

  async go(path: string, options: AskOptions = {}): Promise<Asked> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await this.send(path, {...options, headers: {...options.headers, ...(cookie && {cookie})}})
    for (const it of answer.headers['set-cookie'] ?? []) {
      assert.match(it, /; Path=\/; HttpOnly; Secure; SameSite=Lax/)
      const [pair = ''] = it.split(';')
      const at = pair.indexOf('=')
      if (/Max-Age=0/.test(it)) this.cookies.delete(pair.slice(0, at))
      else this.cookies.set(pair.slice(0, at), pair.slice(at + 1))
    }
    const to = answer.headers.location
    return answer.status === 303 && to?.startsWith('/') ? this.go(to) : answer
  }

  /** Sends the form of a page, with what it hides. */
  submit(page: Asked, fields: Record<string, string>): Promise<Asked> {
    const action = /<form [^>]*action="([^"]+)"/.exec(page.text)?.[1] ?? ''
    const hidden = [...page.text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)]
    const form = Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value.replaceAll('&amp;', '&')]))
    return this.go(action, {form: {...form, ...fields}})
  }
}

describe('mini: the key manager and an OAuth client library', function () {
  this.timeout(60_000)
  const {databases, cluster, newCluster} = onMysql()
  let as: oauth.AuthorizationServer
  let client: oauth.Client
  let auth: oauth.ClientAuth
  let basic: string

  const km = (path: string, options?: AskOptions, node = KM) => cluster.ask(node, 9443, path, options)
  const options = {
    [oauth.customFetch]: async (url: string, init: oauth.CustomFetchOptions<string, unknown>) => {
      const {pathname, search} = new URL(url)
      const {status, headers, text} = await km(`${pathname}${search}`, {
        method: init.method,
        headers: init.headers,
        ...(init.body !== undefined && {body: String(init.body as string | URLSearchParams)}),
      })
      return new Response(text, {status, headers: {'content-type': headers['content-type'] ?? ''}})
    },
  }
  const browser = () => new Browser((path, asked) => km(path, asked))
  const register = async (name: string, more = {}) => {
    const json = {clientName: name, owner: 'admin', grantType: GRANTS, saasApp: true, callbackUrl: CALLBACK, ...more}
    const {status, body, text} = await km(DCR, {json, basic: ADMIN})
    assert.equal(status, 200, text)
    return {id: body.clientId as string, secret: body.clientSecret as string}
  }
  const pathOf = (more: Record<string, string | undefined> = {}) => {
    const all = {client_id: client.client_id, redirect_uri: CALLBACK, response_type: 'code', scope: 'openid', ...more}
    const given = Object.entries(all).filter((it): it is [string, string] => it[1] !== undefined)
    return `/oauth2/authorize?${new URLSearchParams(given).toString()}`
  }
  const logIn = async (on: Browser, path: string, username = 'admin', password = 'admin') =>
    on.submit(await on.go(path), {username, password})
  /** The parameters that the client gets back at its callback. */
  const broughtBack = (answer: Asked): URLSearchParams => {
    assert.equal(answer.status, 303, answer.text)
    const to = answer.headers.location ?? ''
    assert.ok(to.startsWith(`${CALLBACK}&`), to)
    return new URL(to).searchParams
  }
  const redeem = (code: string, more: Record<string, string> = {}) =>
    km('/oauth2/token', {
      form: {grant_type: 'authorization_code', code, redirect_uri: CALLBACK, ...more},
      basic,
    })
  const introspect = async (token: string) =>
    (await km('/oauth2/introspect', {form: {token}, basic: ADMIN})).body.active as boolean

  const ready = () =>
    until('the super admin', () =>
      cluster
        .node(KM)
        .health()
        .waitingFor.every(it => !it.includes('admin')),
    )

  before(async () => {
    await newCluster([KM, 'key-manager-2', 'publisher-1', 'traffic-manager-1', 'gateway-1'], {analytics: false})
    await Promise.all([KM, 'key-manager-2', 'publisher-1'].map(it => cluster.start(it)))
    await ready()
    await seedUser(databases, 'carol', 'carols password', ['Internal/subscriber'])
    const {id, secret} = await register('an app <b>')
    client = {client_id: id}
    auth = oauth.ClientSecretBasic(secret)
    basic = `${id}:${secret}`
    as = await oauth.processDiscoveryResponse(ISSUER, await oauth.discoveryRequest(ISSUER, options))
  })

  const flow = async (scope = 'openid apim:api_view') => {
    const on = browser()
    const verifier = oauth.generateRandomCodeVerifier()
    const nonce = oauth.generateRandomNonce()
    const state = oauth.generateRandomState()
    const answer = await logIn(
      on,
      pathOf({
        scope,
        state,
        nonce,
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      }),
    )
    const parameters = oauth.validateAuthResponse(as, client, broughtBack(answer), state)
    const response = await oauth.authorizationCodeGrantRequest(
      as,
      client,
      auth,
      parameters,
      CALLBACK,
      verifier,
      options,
    )
    const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, {
      ...(scope.includes('openid') && {expectedNonce: nonce}),
    })
    return {on, tokens, nonce, code: parameters.get('code') ?? ''}
  }

  it('discovery names what works, and nothing else', async () => {
    const endpoints = Object.entries(as).filter(([name]) => /_endpoint$|_uri$/.test(name))
    assert.deepEqual(endpoints.map(([name]) => name).sort(), [
      'authorization_endpoint',
      'end_session_endpoint',
      'introspection_endpoint',
      'jwks_uri',
      'revocation_endpoint',
      'token_endpoint',
      'userinfo_endpoint',
    ])
    for (const [name, url] of endpoints) {
      const {pathname} = new URL(String(url))
      const answers = [await km(pathname), await km(pathname, {form: {}})]
      assert.ok(
        answers.some(it => ![404, 405, 501].includes(it.status)),
        name,
      )
    }
    assert.deepEqual(as.response_types_supported, ['code'])
    assert.deepEqual(as.code_challenge_methods_supported, ['S256'])
    for (const grant of as.grant_types_supported ?? []) {
      const {body} = await km('/oauth2/token', {form: {grant_type: grant}, basic})
      assert.notEqual(body.error, 'unsupported_grant_type', grant)
    }
    const other = {grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: 'a'}
    assert.equal((await km('/oauth2/token', {form: other, basic})).body.error, 'unsupported_grant_type')
  })

  it('a login with PKCE: code, tokens, ID token, user info, refresh, revocation', async () => {
    const {tokens, nonce} = await flow()
    const claims = oauth.getValidatedIdTokenClaims(tokens)
    assert.equal(claims?.sub, 'admin@carbon.super')
    assert.equal(claims?.nonce, nonce)
    assert.ok(Math.abs(Number(claims?.auth_time) - Date.now() / 1000) < 30)
    const keys = createLocalJWKSet((await km('/oauth2/jwks')).body)
    await jwtVerify(tokens.id_token ?? '', keys, {issuer: ISSUER.href, audience: client.client_id})
    assert.equal(tokens.scope, 'apim:api_view openid')

    const info = await oauth.userInfoRequest(as, client, tokens.access_token, options)
    const user = await oauth.processUserInfoResponse(as, client, claims?.sub ?? '', info)
    assert.equal(user.sub, 'admin@carbon.super')

    const answer = await oauth.refreshTokenGrantRequest(as, client, auth, tokens.refresh_token ?? '', options)
    const renewed = await oauth.processRefreshTokenResponse(as, client, answer)
    assert.notEqual(renewed.access_token, tokens.access_token)
    assert.equal(await introspect(tokens.access_token), false)
    assert.equal(oauth.getValidatedIdTokenClaims(renewed)?.sub, 'admin@carbon.super')

    const revoked = await oauth.revocationRequest(as, client, auth, renewed.access_token, options)
    await oauth.processRevocationResponse(revoked)
    assert.equal(await introspect(renewed.access_token), false)
  })

  it('the ID token is no access token, and the code of a login without openid brings none', async () => {
    const {tokens} = await flow()
    const bearer = tokens.id_token ?? ''
    assert.equal(await introspect(bearer), false)
    assert.equal((await km('/oauth2/userinfo', {bearer})).status, 401)
    assert.equal((await cluster.ask('publisher-1', 9443, '/api/am/publisher/v1/apis', {bearer})).status, 401)
    assert.equal(decodeJwt(bearer).azp, undefined)
    const {tokens: plain} = await flow('apim:api_view')
    assert.equal(plain.id_token, undefined)
  })

  it('a second client needs no second login, unless it asks for one', async () => {
    const on = browser()
    assert.ok(broughtBack(await logIn(on, pathOf())).get('code'))
    assert.ok(broughtBack(await on.go(pathOf())).get('code'))
    assert.ok(broughtBack(await on.go(pathOf({prompt: 'none'}))).get('code'))
    assert.equal((await on.go(pathOf({prompt: 'login'}))).status, 200)
    assert.equal(broughtBack(await browser().go(pathOf({prompt: 'none', state: 'x'}))).get('error'), 'login_required')
  })

  it('a login that is begun on one node goes on on another', async () => {
    const first = await km(pathOf())
    const [cookie = ''] = (first.headers['set-cookie']?.[0] ?? '').split(';')
    const path = first.headers.location ?? ''
    const page = await km(path, {headers: {cookie}}, 'key-manager-2')
    assert.equal(page.status, 200, page.text)
    const sessionDataKey = new URL(path, ISSUER).searchParams.get('sessionDataKey') ?? ''
    const form = {sessionDataKey, username: 'admin', password: 'admin'}
    const loggedIn = await km('/commonauth', {form, headers: {cookie}}, 'key-manager-2')
    const [session = ''] = (loggedIn.headers['set-cookie']?.[0] ?? '').split(';')
    const back = await km(loggedIn.headers.location ?? '', {headers: {cookie: `${cookie}; ${session}`}})
    const code = broughtBack(back).get('code') ?? ''
    assert.ok((await redeem(code)).body.id_token)
  })

  it('the page: a form with labels, no script, nothing from elsewhere, and a wrong password stays there', async () => {
    const on = browser()
    const page = await on.go(pathOf())
    assert.equal(page.status, 200)
    const policy = String(page.headers['content-security-policy'])
    assert.match(policy, /default-src 'none'.*form-action 'self' https:\/\/app\.example\.com;.*frame-ancestors 'none'/)
    assert.match(page.text, /an app &lt;b&gt;/)
    assert.match(page.text, /<label[^>]*>\s*User name/)
    assert.ok(!page.text.includes('<script'))
    assert.match((await on.go('/authenticationendpoint/style.css')).text, /prefers-color-scheme: dark/)
    const wrong = await on.submit(page, {username: '"><i>', password: 'wrong'})
    assert.equal(wrong.status, 401)
    assert.match(wrong.text, /role="alert"/)
    assert.ok(!wrong.text.includes('<i>'))
    assert.ok(broughtBack(await on.submit(wrong, {username: 'admin', password: 'admin'})).get('code'))
  })

  it("scopes are the user's", async () => {
    const code = broughtBack(
      await logIn(browser(), pathOf({scope: 'openid apim:admin apim:subscribe'}), 'carol', 'carols password'),
    ).get('code')
    assert.equal((await redeem(code ?? '')).body.scope, 'apim:subscribe openid')
  })

  it('a code is good once: who comes with it again ends its token', async () => {
    const {code, tokens} = await flow('openid apim:api_create')
    assert.equal(await introspect(tokens.access_token), true)
    const again = await redeem(code)
    assert.deepEqual([again.status, again.body.error], [400, 'invalid_grant'])
    assert.equal(await introspect(tokens.access_token), false)
  })

  it('of many who come with one code at once, one gets a token at most', async () => {
    const code = broughtBack(await logIn(browser(), pathOf({scope: 'apim:api_publish'}))).get('code') ?? ''
    const answers = await Promise.all(Array.from({length: 8}, () => redeem(code)))
    assert.deepEqual(
      answers.map(it => it.status).sort(),
      [200, ...Array.from({length: 7}, () => 400)],
      JSON.stringify(answers.map(it => it.body as unknown)),
    )
  })

  it("a code is its client's, for its address, in time, with its verifier", async () => {
    const other = await register('another')
    const verifier = oauth.generateRandomCodeVerifier()
    const challenge = {
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }
    const on = browser()
    await logIn(on, pathOf())
    const code = async (more = {}) => broughtBack(await on.go(pathOf(more))).get('code') ?? ''
    const refused = async (answer: Promise<Asked>) => {
      const {status, body} = await answer
      assert.deepEqual([status, body.error], [400, 'invalid_grant'])
    }
    const stolen = await code()
    const form = {grant_type: 'authorization_code', code: stolen, redirect_uri: CALLBACK}
    await refused(km('/oauth2/token', {form, basic: `${other.id}:${other.secret}`}))
    await refused(redeem(stolen, {redirect_uri: 'https://app.example.com/callback'}))
    await refused(redeem(stolen, {code_verifier: verifier}))
    await refused(redeem('made-up'))
    assert.equal((await redeem(stolen)).status, 200)

    const proven = await code(challenge)
    await refused(redeem(proven))
    await refused(redeem(proven, {code_verifier: oauth.generateRandomCodeVerifier()}))
    await refused(redeem(proven, {code_verifier: 'short'}))
    assert.equal((await redeem(proven, {code_verifier: verifier})).status, 200)

    const late = await code()
    await databases.query(
      'apimgtdb',
      'UPDATE IDN_OAUTH2_AUTHORIZATION_CODE SET TIME_CREATED = FROM_UNIXTIME(UNIX_TIMESTAMP(TIME_CREATED) - 301) WHERE AUTHORIZATION_CODE = ?',
      [late],
    )
    await refused(redeem(late))
  })

  it('PKCE is as the row of the application has it: plain where it may be, asked for where it has to be', async () => {
    const {id, secret} = await register('a plain app')
    const column = (name: string) =>
      databases.query('apimgtdb', `UPDATE IDN_OAUTH_CONSUMER_APPS SET ${name} = '1' WHERE CONSUMER_KEY = ?`, [id])
    const on = browser()
    await logIn(on, pathOf())
    const ask = async (more = {}) => broughtBack(await on.go(pathOf({client_id: id, ...more})))
    const verifier = oauth.generateRandomCodeVerifier()
    const plain = {code_challenge: verifier, code_challenge_method: 'plain'}
    assert.equal((await ask(plain)).get('error'), 'invalid_request')
    assert.ok((await ask()).has('code'))
    await column('PKCE_MANDATORY')
    assert.equal((await ask()).get('error'), 'invalid_request')
    await column('PKCE_SUPPORT_PLAIN')
    for (const challenge of [plain, {code_challenge: verifier}]) {
      const code = (await ask(challenge)).get('code') ?? ''
      const tried = async (given: string) => {
        const form = {grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: given}
        return (await km('/oauth2/token', {form, basic: `${id}:${secret}`})).status
      }
      assert.equal(await tried(await oauth.calculatePKCECodeChallenge(verifier)), 400)
      assert.equal(await tried(verifier), 200)
    }
  })

  it('what is wrong with a call for a token is said as RFC 6749 has it, and kept by nobody', async () => {
    const [id = '', secret = ''] = basic.split(':')
    const grant = {grant_type: 'client_credentials'}
    const cases: readonly [string, AskOptions, number, string][] = [
      ['no grant', {form: {}, basic}, 400, 'invalid_request'],
      ['an unknown grant', {form: {grant_type: 'magic'}, basic}, 400, 'unsupported_grant_type'],
      [
        'a bearer grant',
        {form: {grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer'}, basic},
        400,
        'unsupported_grant_type',
      ],
      ['no client', {form: grant}, 401, 'invalid_client'],
      ['a wrong secret', {form: grant, basic: `${id}:wrong`}, 401, 'invalid_client'],
      ['a wrong secret in the body', {form: {...grant, client_id: id, client_secret: 'wrong'}}, 401, 'invalid_client'],
      ['two logins', {form: {...grant, client_id: id, client_secret: secret}, basic}, 400, 'invalid_request'],
      ['JSON', {json: grant, basic}, 415, 'invalid_request'],
      [
        'a parameter twice',
        {
          body: 'grant_type=password&grant_type=password',
          headers: {'content-type': 'application/x-www-form-urlencoded'},
          basic,
        },
        400,
        'invalid_request',
      ],
      [
        'a wrong password',
        {form: {grant_type: 'password', username: 'admin', password: 'x'}, basic},
        400,
        'invalid_grant',
      ],
      [
        'a refresh token of nobody',
        {form: {grant_type: 'refresh_token', refresh_token: 'x'}, basic},
        400,
        'invalid_grant',
      ],
    ]
    for (const [what, asked, status, error] of cases) {
      const answer = await km('/oauth2/token', {method: 'POST', ...asked})
      assert.deepEqual([answer.status, answer.body?.error], [status, error], what)
      assert.equal(typeof answer.body.error_description, 'string', what)
      assert.match(answer.headers['content-type'] ?? '', /^application\/json/, what)
      assert.equal(answer.headers['cache-control'], 'no-store', what)
      assert.equal(answer.headers['www-authenticate'] !== undefined, status === 401, what)
    }
    for (const asked of [
      {form: grant, basic},
      {form: {...grant, client_id: id, client_secret: secret}},
      {form: {...grant, client_id: id}, basic},
    ]) {
      const answer = await km('/oauth2/token', asked)
      assert.deepEqual(
        [answer.status, answer.headers['cache-control'], answer.headers.pragma],
        [200, 'no-store', 'no-cache'],
      )
    }
    assert.equal((await km('/oauth2/token')).status, 405)
  })

  it('parameters may stand in the address, but for the credentials of the client', async () => {
    const [id = '', secret = ''] = basic.split(':')
    const asked = '/oauth2/token?grant_type=password&username=admin&password=admin&scope=apim:subscribe%20apim:api_key'
    const post = {method: 'POST'}
    const {status, body} = await km(asked, {...post, basic})
    assert.deepEqual([status, body.scope], [200, 'apim:api_key apim:subscribe'])
    const form = {grant_type: 'client_credentials'}
    assert.equal((await km(asked, {form, basic})).status, 400, 'a parameter in both places')
    const own = `client_id=${id}&client_secret=${secret}`
    assert.equal((await km(`/oauth2/token?grant_type=client_credentials&${own}`, post)).status, 401)
    assert.equal((await km(`/oauth2/token?${own}`, {form})).status, 401)
    assert.equal((await km(`/oauth2/revoke?token=${body.access_token}`, {...post, basic})).status, 200)
    const left = await km('/oauth2/introspect', {form: {token: String(body.access_token)}, basic: 'admin:admin'})
    assert.equal(left.body.active, false)
  })

  it('old codes are removed', async () => {
    broughtBack(await logIn(browser(), pathOf()))
    await removeCodes(databases.pool('apimgtdb'), Date.now() + 3600_000)
    for (const table of ['IDN_OAUTH2_AUTHORIZATION_CODE', 'IDN_OAUTH2_AUTHZ_CODE_SCOPE']) {
      assert.deepEqual(await databases.query('apimgtdb', `SELECT COUNT(*) AS n FROM ${table}`), [{n: 0}])
    }
  })

  it('a user of another tenant can not log in to an application that is not for all', async () => {
    const {id} = await register('ours alone', {saasApp: false})
    const xml = await km('/services/TenantMgtAdminService', {
      basic: ADMIN,
      headers: {'content-type': 'text/xml'},
      body:
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><addTenant xmlns="http://services.mgt.tenant.carbon.wso2.org">' +
        '<tenantInfoBean><tenantDomain>example.com</tenantDomain><admin>dan</admin><adminPassword>dans-password</adminPassword>' +
        '<email>dan@example.com</email><firstname>d</firstname><lastname>n</lastname><active>true</active></tenantInfoBean></addTenant></s:Body></s:Envelope>',
    })
    assert.equal(xml.status, 200, xml.text)
    const on = browser()
    assert.equal((await logIn(on, pathOf({client_id: id}), 'dan@example.com', 'dans-password')).status, 401)
    broughtBack(await logIn(on, pathOf(), 'dan@example.com', 'dans-password'))
    assert.equal((await on.go(pathOf({client_id: id}))).status, 200, 'the session of the other one does not do')
  })

  describe('what is refused', () => {
    const shown: [string, Record<string, string | undefined>][] = [
      ['no client', {client_id: undefined}],
      ['an unknown client', {client_id: 'nobody'}],
      ['no address', {redirect_uri: undefined}],
      ['another address', {redirect_uri: 'https://evil.example.com/callback'}],
      ['a longer address', {redirect_uri: `${CALLBACK}&more`}],
      ['an address in other letters', {redirect_uri: CALLBACK.replace('app.', 'APP.')}],
      ['an address with a fragment', {redirect_uri: `${CALLBACK}#here`}],
      ['an address of nobody', {redirect_uri: '//evil.example.com'}],
    ]
    for (const [name, more] of shown) {
      it(`${name}: said on a page, and nobody is sent anywhere`, async () => {
        const answer = await km(pathOf(more))
        assert.equal(answer.status, 400)
        assert.equal(answer.headers.location, undefined)
        assert.match(answer.text, /role="alert"/)
      })
    }

    const told: [string, Record<string, string | undefined>, string][] = [
      ['another response type', {response_type: 'token'}, 'unsupported_response_type'],
      ['no response type', {response_type: undefined}, 'unsupported_response_type'],
      ['a plain challenge', {code_challenge: 'a'.repeat(43), code_challenge_method: 'plain'}, 'invalid_request'],
      ['a challenge without its method', {code_challenge: 'a'.repeat(43)}, 'invalid_request'],
      ['a challenge that is none', {code_challenge: 'a', code_challenge_method: 'S256'}, 'invalid_request'],
      ['a request object', {request: 'eyJ'}, 'request_not_supported'],
      ['a wrong age', {max_age: 'old'}, 'invalid_request'],
      ['a nonce too long', {nonce: 'n'.repeat(3000)}, 'invalid_request'],
    ]
    for (const [name, more, error] of told) {
      it(`${name}: told to the application as ${error}`, async () => {
        const back = broughtBack(await km(pathOf({...more, state: 'of the app'})))
        assert.deepEqual([back.get('error'), back.get('state')], [error, 'of the app'])
      })
    }

    it('an application without the grant, one that calls back to a script, one without an address', async () => {
      const {id} = await register('no codes', {grantType: 'password'})
      assert.equal(broughtBack(await km(pathOf({client_id: id}))).get('error'), 'unauthorized_client')
      for (const [i, callbackUrl] of ['javascript:alert(1)', 'www.example.com', 'https://a.example.com/#x'].entries()) {
        const strange = await register(`strange ${i}`, {callbackUrl})
        assert.equal((await km(pathOf({client_id: strange.id, redirect_uri: callbackUrl}))).status, 400)
      }
    })

    it('several callbacks: each as it is written', async () => {
      const {id} = await register('several', {
        callbackUrl: 'regexp=(https://a.example.com/cb|https://b.example.com/cb)',
      })
      const status = async (to: string) => (await km(pathOf({client_id: id, redirect_uri: to}))).status
      assert.equal(await status('https://b.example.com/cb'), 303)
      assert.equal(await status('https://b-example.com/cb'), 400)
      assert.equal(await status('https://bxexample.com/cb'), 400)
    })

    it("another browser's login, a made-up one, an old one: no one is logged in", async () => {
      const on = browser()
      const page = await on.go(pathOf())
      const stranger = await browser().submit(page, {username: 'admin', password: 'admin'})
      assert.equal(stranger.status, 400)
      assert.equal(stranger.headers['set-cookie'], undefined)
      for (const sessionDataKey of ['', 'a.b.c', 'null']) {
        const form = {sessionDataKey, username: 'admin', password: 'admin'}
        assert.equal((await on.go('/commonauth', {form})).status, 400)
        assert.equal((await on.go(`/oauth2/authorize?sessionDataKey=${sessionDataKey}`)).status, 400)
        assert.equal((await on.go(`/authenticationendpoint/login.do?sessionDataKey=${sessionDataKey}`)).status, 400)
      }
      const session = browser()
      session.cookies.set('commonAuthId', (await flow()).tokens.id_token ?? '')
      assert.equal((await session.go(pathOf({prompt: 'none'}))).status, 303)
      assert.equal(broughtBack(await session.go(pathOf({prompt: 'none'}))).get('error'), 'login_required')
    })
  })

  describe('logout', () => {
    const logout = (more: Record<string, string>) => `/oidc/logout?${new URLSearchParams(more).toString()}`
    const isIn = async (on: Browser) => broughtBack(await on.go(pathOf({prompt: 'none'}))).has('code')

    it('by the application, with the ID token: at once, and back to it', async () => {
      const {on, tokens} = await flow()
      assert.ok(await isIn(on))
      const hint = {id_token_hint: tokens.id_token ?? '', post_logout_redirect_uri: CALLBACK, state: 's'}
      const answer = await on.go(logout(hint))
      assert.equal(answer.headers.location, `${CALLBACK}&state=s`)
      assert.ok(!(await isIn(on)))
      assert.equal(await introspect(tokens.access_token), true, 'tokens stay good')
    })

    it('without it: only after a question', async () => {
      const {on} = await flow()
      const asked = await on.go('/oidc/logout')
      assert.match(asked.text, /You are logged in as <strong>admin/)
      assert.ok(await isIn(on))
      assert.ok(await isIn(on))
      assert.equal((await on.go('/oidc/logout', {form: {confirmed: 'a.b.c'}})).status, 200)
      assert.ok(await isIn(on))
      assert.match((await on.submit(asked, {})).text, /You are logged out/)
      assert.ok(!(await isIn(on)))
    })

    it('never to an address that is not registered', async () => {
      const {on, tokens} = await flow()
      const hint = {id_token_hint: tokens.id_token ?? '', post_logout_redirect_uri: 'https://evil.example.com'}
      for (const more of [hint, {post_logout_redirect_uri: CALLBACK}, {...hint, id_token_hint: 'a.b.c'}]) {
        const answer = await on.go(logout(more))
        assert.deepEqual([answer.status, answer.headers.location], [400, undefined])
      }
      assert.ok(await isIn(on))
    })
  })

  describe('one live token', () => {
    const token = async (form: Record<string, string>, credentials: string) => {
      const {status, body, text} = await km('/oauth2/token', {form, basic: credentials})
      assert.equal(status, 200, text)
      return body as {access_token: string; refresh_token?: string; expires_in: number; scope: string}
    }
    const made = async (name: string, more = {}) => {
      const {id, secret} = await register(name, more)
      return `${id}:${secret}`
    }
    const APPLICATION = {grant_type: 'client_credentials'}
    const USER = {grant_type: 'password', username: 'admin', password: 'admin'}

    it('an opaque one is given again, with its refresh token, by any grant; other scopes have their own', async () => {
      const it = await made('again')
      const first = await token({...USER, scope: 'apim:api_view'}, it)
      const second = await token({...USER, scope: 'apim:api_view', validity_period: '10'}, it)
      assert.deepEqual([second.access_token, second.refresh_token], [first.access_token, first.refresh_token])
      assert.ok(second.expires_in > 3000 && second.expires_in <= 3600)
      assert.notEqual((await token({...USER, scope: 'apim:admin'}, it)).access_token, first.access_token)
      assert.notEqual((await token(APPLICATION, it)).access_token, first.access_token)
      await km('/oauth2/revoke', {form: {token: first.access_token}, basic: it})
      assert.notEqual((await token({...USER, scope: 'apim:api_view'}, it)).access_token, first.access_token)
    })

    it('an expired one is replaced, and its refresh token goes on', async () => {
      const it = await made('expiring')
      const first = await token({...USER, validity_period: '1'}, it)
      await until('it to expire', async () => !(await introspect(first.access_token)))
      const second = await token(USER, it)
      assert.notEqual(second.access_token, first.access_token)
      assert.equal(second.refresh_token, first.refresh_token)
      await token({grant_type: 'refresh_token', refresh_token: first.refresh_token ?? ''}, it)
    })

    it('a JWT ends the former one, which is listed as revoked', async () => {
      const it = await made('jwt', {tokenType: 'JWT'})
      const listed = async (jwt: string) =>
        (
          await databases.query<{n: number}>(
            'apimgtdb',
            "SELECT COUNT(*) AS n FROM AM_REVOKED_JWT WHERE SIGNATURE = ? AND TOKEN_TYPE = 'JWT'",
            [decodeJwt(jwt).jti],
          )
        )[0]?.n
      const first = await token(USER, it)
      const second = await token(USER, it)
      assert.equal(await introspect(first.access_token), false)
      assert.equal(await listed(first.access_token), 1)
      assert.equal(await introspect(second.access_token), true)
      const form = {grant_type: 'refresh_token', refresh_token: second.refresh_token ?? '', validity_period: '60'}
      const third = await token(form, it)
      assert.equal(third.expires_in, 60)
      assert.equal(await listed(second.access_token), 1)
      assert.equal(await introspect(third.access_token), true)
    })

    it('validity_period does for each grant', async () => {
      const it = await made('short', {tokenType: 'JWT'})
      for (const form of [APPLICATION, USER]) {
        assert.equal((await token({...form, validity_period: '77'}, it)).expires_in, 77)
      }
      const on = browser()
      await logIn(on, pathOf())
      const code = broughtBack(await on.go(pathOf({scope: 'apim:bl_view'}))).get('code') ?? ''
      assert.equal((await redeem(code, {validity_period: '78'})).body.expires_in, 78)
    })

    const configured = async (toml: string) => {
      const home = cluster.home(KM)
      const file = join(home.path, home.role.configFile)
      const usual = readFileSync(file, 'utf8')
      await cluster.stop(KM)
      home.configure(`${usual}\n${toml}\n`)
      await cluster.start(KM)
      await ready()
      return async () => {
        await cluster.stop(KM)
        home.configure(usual)
        await cluster.start(KM)
        await ready()
      }
    }

    it('the configuration lets tokens stand beside the former ones, for the grants that it names', async () => {
      const [jwt, opaque] = [await made('many', {tokenType: 'JWT'}), await made('many opaque')]
      const undo = await configured(
        '[oauth.jwt.renew_token_without_revoking_existing]\nenable = true\n' +
          '[oauth.opaque.renew_token_without_revoking_existing]\nenable = true\nallowed_grant_types = ["password"]',
      )
      try {
        const both = async (form: Record<string, string>, credentials: string) => {
          const tokens = [await token(form, credentials), await token(form, credentials)].map(it => it.access_token)
          return [new Set(tokens).size, ...(await Promise.all(tokens.map(introspect)))]
        }
        assert.deepEqual(await both(APPLICATION, jwt), [2, true, true])
        assert.deepEqual(await both(USER, jwt), [2, false, true], 'not its grant')
        assert.deepEqual(await both(USER, opaque), [2, true, true])
        assert.deepEqual(await both(APPLICATION, opaque), [1, true, true], 'not its grant')
      } finally {
        await undo()
      }
    })

    it('renewed per request, refresh tokens that stay, secrets kept as hashes', async () => {
      const opaque = await made('renewed')
      const undo = await configured(
        '[oauth.token_renewal]\nrenew_access_token_per_request = true\nrenew_refresh_token = false',
      )
      const first = await token(USER, opaque)
      const second = await token(USER, opaque)
      assert.equal(await introspect(first.access_token), false)
      const form = {grant_type: 'refresh_token', refresh_token: second.refresh_token ?? ''}
      assert.equal((await token(form, opaque)).refresh_token, second.refresh_token)
      assert.equal((await token(form, opaque)).refresh_token, second.refresh_token)
      await undo()

      const back = await configured('[oauth]\nhash_tokens_and_secrets = true')
      try {
        const hashed = await made('hashed')
        const tokens = [await token(USER, hashed), await token(USER, hashed)]
        assert.equal(new Set(tokens.map(it => it.access_token)).size, 2)
        const rows = JSON.stringify([
          await databases.query('apimgtdb', "SELECT * FROM IDN_OAUTH_CONSUMER_APPS WHERE APP_NAME = 'hashed'"),
          await databases.query('apimgtdb', 'SELECT * FROM IDN_OAUTH2_ACCESS_TOKEN'),
        ])
        for (const secret of [hashed.split(':')[1] ?? '', ...tokens.map(it => it.access_token)]) {
          assert.ok(!rows.includes(secret))
        }
        assert.notEqual(await made('hashed'), hashed, 'a secret that nobody can tell is made anew')
      } finally {
        await back()
      }
    })
  })

  it('the REST APIs take user name and password too, by the roles of the user', async () => {
    const publisher = (path: string, given: AskOptions) =>
      cluster.ask('publisher-1', 9443, `/api/am/publisher/v1${path}`, given)
    assert.equal((await publisher('/apis', {basic: ADMIN})).status, 200)
    const made = await publisher('/apis', {
      basic: ADMIN,
      json: {name: 'ByPassword', context: '/by-password', version: '1', policies: ['Unlimited']},
    })
    assert.deepEqual([made.status, made.body.provider], [201, 'admin'], made.text)
    for (const given of ['admin:wrong', 'nobody:admin', 'carol:carols password']) {
      const {status, headers} = await publisher('/apis', {basic: given})
      assert.deepEqual([status, headers['www-authenticate']], [401, 'Basic realm="carbon"'], given)
    }
  })

  it('nothing of it was an error of the server, and nothing secret is in its log', () => {
    const log = cluster.log(KM).join('\n')
    assert.ok(
      !log.includes(' 500 '),
      log.split('\n').find(it => it.includes(' 500 ')),
    )
    assert.ok(!/carols|dans-password|code=|sessionDataKey/.test(log))
  })
})

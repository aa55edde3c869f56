import assert from 'node:assert/strict'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {badRequest, notFound} from '../../src/mini/http/fault.js'
import {orAgain} from '../../src/mini/pages/again.js'
import {html} from '../../src/mini/pages/html.js'
import {csrfField, makeSite} from '../../src/mini/pages/site.js'
import {router} from '../../src/mini/http/router.js'
import {askPort} from './support/cluster.js'
import {sessionOf} from './support/session.js'

const REFUSALS: Readonly<Record<string, Error>> = {
  '<bad>': badRequest('It is <bad>'),
  away: Object.assign(new Error('x'), {code: 'ECONNREFUSED'}),
  gone: notFound('It is gone'),
}

describe('mini: pages', () => {
  const site = makeSite<string>({
    base: '/site',
    title: 'Site',
    nav: [['', 'Home']],
    signIn: ({username, password}) => Promise.resolve(password === 'right' ? username : undefined),
    nameOf: user => user,
  })
  const routes = [
    ...site.routes,
    site.page('', async ({session}) => ({
      title: '<Home>',
      body: html`<form method="post" action="/site/do">${csrfField(session)}</form>`,
    })),
    site.action('/do', (_, form) => Promise.resolve(`/done?${form.get('x') ?? ''}`)),
    site.action('/keep', (_, form) => {
      const typed = form.get('x') ?? ''
      return orAgain(
        () => Promise.reject(REFUSALS[typed] ?? new Error('a bug')),
        () => ({title: 'Keep', body: html`<input name="x" value="${typed}" />`}),
      )
    }),
    site.missing,
  ]
  const server = createServer(router(routes, [], () => undefined))
  let port: number
  before(async () => {
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  })
  after(() => server.close())

  const login = async (next = '') => {
    const answer = await askPort(port, false, '/site/login', {form: {username: 'a<b', password: 'right', next}})
    return {answer, cookie: sessionOf(answer)}
  }

  const withCsrf = async () => {
    const {cookie} = await login()
    const {text} = await askPort(port, false, '/site', {headers: {cookie}})
    return {headers: {cookie}, csrf: /name="csrf" value="([^"]+)"/.exec(text)?.[1] ?? ''}
  }

  it('escape what they are given', () => {
    const list = [html`<b>${'<i>'}</b>`, 'x"y']
    assert.equal(
      html`<p title="${'"\''}">${list}${undefined}${false}${0}</p>`.text,
      '<p title="&quot;&#39;"><b>&lt;i&gt;</b>x&quot;y0</p>',
    )
  })

  it('are shown after a login only, and lead back to where one wanted to go', async () => {
    const first = await askPort(port, false, '/site?a=1')
    assert.equal(first.status, 303)
    assert.equal(first.headers.location, '/site/login?next=%3Fa%3D1')
    const {answer, cookie} = await login('/x')
    assert.equal(answer.headers.location, '/site/x')
    assert.match(String(answer.headers['set-cookie']), /Path=\/site; HttpOnly; Secure; SameSite=Lax/)
    const page = await askPort(port, false, '/site', {headers: {cookie}})
    assert.match(page.text, /<h1>&lt;Home&gt;<\/h1>/)
    assert.match(page.text, /a&lt;b/)
    assert.match(String(page.headers['content-security-policy']), /default-src 'none'/)
  })

  it('say as a page that there is none, and lead back', async () => {
    const {status, text, headers} = await askPort(port, false, '/site/nothing')
    assert.equal(status, 404)
    assert.match(String(headers['content-type']), /html/)
    assert.match(text, /There is no page at this address[^]*href="\/site"/)
    assert.equal((await askPort(port, false, '/site/')).headers.location, '/site')
  })

  it('lead nowhere else', async () => {
    for (const next of ['//elsewhere', '/\\elsewhere', 'https://elsewhere']) {
      assert.equal((await login(next)).answer.headers.location, '/site', next)
    }
  })

  it('refuse a wrong password, saying no more', async () => {
    const {status, text, headers} = await askPort(port, false, '/site/login', {form: {username: 'a', password: 'x'}})
    assert.equal(status, 401)
    assert.match(text, /role="alert"/)
    assert.equal(headers['set-cookie'], undefined)
  })

  it("take no form from another site's page", async () => {
    const {headers, csrf} = await withCsrf()
    assert.equal((await askPort(port, false, '/site/do', {headers, form: {x: '1'}})).status, 403)
    const done = await askPort(port, false, '/site/do', {headers, form: {x: '1', csrf}})
    assert.equal(done.headers.location, '/site/done?1')
    await askPort(port, false, '/site/logout', {headers, form: {csrf}})
    assert.equal((await askPort(port, false, '/site', {headers})).status, 303)
  })
  it('give a form back that is refused, with why and what was typed, unless what it is about is gone', async () => {
    const {headers, csrf} = await withCsrf()
    for (const [x, status, why, comesBack] of [
      ['<bad>', 400, 'It is &lt;bad&gt;', true],
      ['away', 503, 'does not answer', true],
      ['gone', 404, 'It is gone', false],
    ] as const) {
      const answer = await askPort(port, false, '/site/keep', {headers, form: {csrf, x}})
      assert.equal(answer.status, status, x)
      assert.ok(answer.text.includes(why), answer.text)
      assert.equal(answer.text.includes(`<input name="x" value="${html`${x}`.text}" />`), comesBack, answer.text)
    }
    const bug = await askPort(port, false, '/site/keep', {headers, form: {csrf, x: 'other'}})
    assert.equal(bug.status, 500, 'a bug is no matter of the form')
  })
})

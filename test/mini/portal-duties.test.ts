import assert from 'node:assert/strict'
import type {Page} from 'puppeteer-core'
import {fill, openPage, pressOn, startBrowser, visit} from '../support/browser.js'
import type {Asked, AskOptions} from '../support/ask.js'
import {multipart} from '../support/multipart.js'
import {faultsOf, unreachable} from '../support/page-checks.js'
import {FORM_TYPE, formIn, type Form} from './support/html-form.js'
import {inCluster} from './support/in-cluster.js'
import {seedToken} from './support/seed.js'
import {sessionOf} from './support/session.js'

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const EVIL = `# Guide

<script>window.hit = 1</script><img src="x" onerror="window.hit = 1"><svg onload="window.hit = 1"></svg>
<a href="javascript:window.hit=1">plain</a> [link](javascript:window.hit=1) [fine](https://docs.example/)
<iframe srcdoc="<script>parent.hit = 1</script>"></iframe><form action="/evil"><button>x</button></form>
<p style="position:fixed" onclick="window.hit = 1">**bold**</p>

| a | b |
|---|---|
| 1 | 2 |
`

/** Tags and attributes that nothing of a stranger's may have in a page. */
const UNSAFE = /<(script|iframe|svg|object|embed|style|base|meta)\b|<[^>]*\s(on\w+|style)\s*=|href=.?\s*javascript:/i

describe('mini: the duties of both portals, on their pages', function () {
  this.timeout(180_000)
  const nodes = ['publisher-1', 'devportal-1', 'key-manager-1', 'traffic-manager-1', 'gateway-1']
  const {cluster, databases} = inCluster(nodes, {analytics: false})
  const cookies: Record<string, string> = {}
  const csrf: Record<string, string> = {}
  type Site = 'publisher' | 'devportal'
  const ask = (site: Site, path: string, options: AskOptions = {}) =>
    cluster.ask(`${site}-1`, 9443, `/${site}${path}`, {
      ...options,
      headers: {cookie: cookies[site] ?? '', ...options.headers},
    })
  const send = (site: Site, path: string, form: Record<string, string>) =>
    ask(site, path, {form: {csrf: csrf[site] ?? '', ...form}})
  const upload = async (site: Site, path: string, fields: Parameters<typeof multipart>[0]) =>
    ask(site, path, await multipart({csrf: csrf[site] ?? '', ...fields}))
  const login = async (site: Site, form: string) => {
    const answer = await ask(site, '/login', {form: {username: 'admin', password: 'admin', next: ''}})
    cookies[site] = sessionOf(answer)
    csrf[site] = /name="csrf" value="([^"]+)"/.exec((await ask(site, form)).text)?.[1] ?? ''
  }
  const placeOf = (site: Site, {headers}: Asked) => String(headers.location).slice(`/${site}`.length)
  let api = ''
  /** Another version of it, not yet published. */
  let draft = ''

  before(async () => {
    await cluster.startAll()
    await login('publisher', '/new')
    await login('devportal', '/applications')
  })

  it('an API of a definition, with a picture and documents, is published, and the portal shows it', async () => {
    const definition = `openapi: 3.0.1
info: {title: Pet Shop, version: 1.2.0}
servers: [{url: 'http://localhost:1/pets'}]
paths:
  /pets: {get: {responses: {200: {description: OK}}}}
  /pets/{id}:
    parameters: [{name: id, in: path, required: true, description: Which one, example: 7, schema: {type: integer}}]
    put:
      parameters:
        - {name: size, in: query, schema: {type: string, example: 'big & small'}}
        - {name: X-Owner, in: header, schema: {type: string}}
      requestBody:
        content:
          application/json: {schema: {$ref: '#/components/schemas/Pet'}}
      responses: {200: {description: OK}}
components:
  schemas:
    Pet: {type: object, properties: {name: {type: string, example: Rex}, mother: {$ref: '#/components/schemas/Pet'}}}
`
    const file = {name: 'pets.yaml', bytes: Buffer.from(definition)}
    const made = await upload('publisher', '/new', {file, context: '/pets', policy: 'Unlimited'})
    assert.equal(made.status, 303, made.text)
    api = placeOf('publisher', made)
    const picture = await upload('publisher', `${api}/thumbnail`, {file: {name: 'i.png', bytes: PNG}})
    assert.equal(picture.status, 303, picture.text)
    const text = {name: 'Guide', type: 'HOWTO', sourceType: 'MARKDOWN', visibility: 'API_LEVEL'}
    assert.equal((await upload('publisher', `${api}/documents`, {...text, inlineContent: EVIL})).status, 303)
    const inline = {...text, name: 'Inline', sourceType: 'INLINE', inlineContent: EVIL}
    assert.equal((await upload('publisher', `${api}/documents`, inline)).status, 303)
    assert.equal((await upload('publisher', `${api}/documents`, inline)).status, 409)
    const page = (await ask('publisher', api)).text
    assert.match(page, /PetShop 1\.2\.0/)
    assert.match(page, /Guide[^]*Inline/)
    assert.equal((await send('publisher', `${api}/state`, {action: 'Publish'})).status, 303)
    const seen = (await ask('devportal', api)).text
    assert.match(seen, /<img class="thumbnail" src="[^"]+\/thumbnail"/)
    assert.ok((await ask('devportal', '')).text.includes(`${api}/thumbnail"`))
    assert.equal((await ask('devportal', `${api}/thumbnail`)).headers['content-type'], 'image/png')
    assert.match(seen, /Guide[^]*Inline/)
  })

  it('an operation is tried out with parameters, examples of its definition, and the same as a command', async () => {
    const query = new URLSearchParams({method: 'PUT', resource: '/pets/{id}'}).toString()
    assert.ok((await ask('devportal', api)).text.includes(`${api}/try?${query.replaceAll('&', '&amp;')}"`))
    const {text} = await ask('devportal', `${api}/try?${query}`)
    assert.match(text, /<small>path: Which one<\/small\s*><input name="parameter:path:id" value="7" required/)
    assert.match(text, /name="parameter:query:size" value="big &amp; small"/)
    assert.match(text, /<textarea name="body"[^>]*>[^<]*&quot;name&quot;: &quot;Rex&quot;/)
    const form = {
      ...{method: 'PUT', resource: '/pets/{id}', path: '/pets/{id}', type: 'application/json', body: `{"a": "it's"}`},
      ...{'parameter:path:id': '7', 'parameter:query:size': 'big & small', 'parameter:header:X-Owner': 'Ann'},
      'parameter:header:Host': 'elsewhere.example',
    }
    const called = await send('devportal', `${api}/try`, form)
    assert.equal(called.status, 200, called.text)
    const command = /aria-label="Command"[^>]*><code>([^<]*)</.exec(called.text)?.[1] ?? ''
    const plain = command.replaceAll('&#39;', "'").replaceAll('&quot;', '"').replaceAll('&amp;', '&')
    assert.match(plain, /^curl -k -X PUT 'https:[^']+\/pets\/1\.2\.0\/pets\/7\?size=big\+%26\+small'/)
    assert.ok(plain.includes("-H 'X-Owner: Ann'") && !plain.includes('elsewhere'))
    assert.ok(plain.endsWith(`--data-binary '{"a": "it'\\''s"}'`), plain)
    assert.match(called.text, /name="parameter:query:size" value="big &amp; small"/, 'the form is as it was')
    const wrong = {...form, 'parameter:header:X-Owner': 'a\r\nx: y'}
    assert.equal((await send('devportal', `${api}/try`, wrong)).status, 400)
  })

  it('the definition is read and downloaded, and tags lead to their APIs', async () => {
    const read = await ask('devportal', `${api}/definition`)
    assert.match(String(read.headers['content-type']), /^application\/json/)
    assert.deepEqual(Object.keys(read.body.paths), ['/pets', '/pets/{id}'])
    const saved = await ask('devportal', `${api}/definition?save=true`)
    assert.equal(saved.headers['content-disposition'], 'attachment; filename="PetShop-1.2.0.json"')
  })

  it('an API is changed on its page, and what the form has no field for stays', async () => {
    const shown = formIn((await ask('publisher', `${api}/edit`)).text, `/publisher${api}/edit`)
    assert.deepEqual(shown.all('target'), ['/pets', '/pets/{id}', ''])
    const said = {
      ...{description: 'All of <b>them</b>', tags: 'pets, big animals', policies: 'Unlimited, Gold'},
      ...{production: 'http://localhost:1/others', scopes: 'keep admin, Internal/creator'},
      ...{businessOwner: 'Ann', businessOwnerEmail: 'ann@example.com'},
    }
    const form = Object.entries(said)
      .reduce((filled, [name, value]) => filled.set(name, value), shown)
      .set('operationScopes', 'keep', 1)
      .set('verb', 'DELETE', 2)
      .set('target', '/pets/{id}', 2)
      .set('operationScopes', 'keep', 2)
    const post = ({body}: Form) => ask('publisher', `${api}/edit`, {headers: {'content-type': FORM_TYPE}, body})
    const changed = await post(form)
    assert.equal(changed.status, 303, changed.text)
    const page = (await ask('publisher', api)).text
    assert.match(page, /&lt;b&gt;them[^]*Ann[^]*http:\/\/localhost:1\/others[^]*Unlimited, Gold/)
    const portal = (await ask('devportal', api)).text
    assert.match(portal, /DELETE[^]*keep[^]*admin, Internal\/creator/)
    const tag = /href="\/devportal(\?query=[^"]+)">big animals</.exec(portal)?.[1] ?? ''
    assert.match((await ask('devportal', tag)).text, /1 API<[^]*PetShop/)
    assert.match((await ask('devportal', '?query=tag:%22none%22')).text, /No API fits/)
    const {body} = await ask('devportal', `${api}/definition`)
    assert.equal(body.paths['/pets/{id}'].put.parameters[0].name, 'size', 'the definition is still there')
    assert.equal((await post(form.set('operationScopes', 'none'))).status, 400)
    assert.equal((await post(form.set('policies', ''))).status, 400)
  })

  it('an API is deleted on its page', async () => {
    const made = await upload('publisher', '/new', {name: 'Short', context: '/short', policy: 'Unlimited'})
    const own = placeOf('publisher', made)
    assert.equal((await send('publisher', `${own}/delete`, {csrf: 'other'})).status, 403)
    assert.equal((await send('publisher', `${own}/delete`, {})).status, 303)
    assert.equal((await ask('publisher', own)).status, 404)
  })

  it('documents are rendered, and nothing in them runs', async () => {
    const links = [
      ...(await ask('devportal', api)).text.matchAll(/href="\/devportal(\/apis\/[^"]+\/documents\/[^"]+)"/g),
    ]
    assert.equal(links.length, 2)
    for (const [, link = ''] of links) {
      for (const site of ['devportal', 'publisher'] as const) {
        const {text} = await ask(site, link)
        const article = /<article[^]*<\/article>/.exec(text)?.[0] ?? ''
        assert.match(article, /Guide/)
        assert.doesNotMatch(article, UNSAFE)
      }
    }
    const rendered = (await Promise.all(links.map(([, link = '']) => ask('devportal', link)))).map(it => it.text)
    assert.ok(rendered.some(it => it.includes('<strong>bold</strong>') || it.includes('<td>1</td>')))
    assert.ok(rendered.some(it => it.includes('href="https://docs.example/"')))
  })

  it('documents are changed and removed', async () => {
    const name = 'Short'
    const fields = {name, type: 'OTHER', otherTypeName: 'Note', sourceType: 'FILE', visibility: 'API_LEVEL'}
    const file = {name: 'note.html', bytes: Buffer.from('<script>window.hit = 1</script>'), type: 'text/html'}
    assert.equal((await upload('publisher', `${api}/documents`, {...fields, file})).status, 303)
    const {text} = await ask('publisher', api)
    const link = new RegExp(`href="/publisher(/apis/[^"]+/documents/[^"]+)">${name}<`).exec(text)?.[1] ?? ''
    const content = await ask('devportal', `${link}/content`)
    assert.match(String(content.headers['content-security-policy']), /sandbox/)
    assert.match(String(content.headers['content-disposition']), /^attachment/)
    const changed = {...fields, name: 'Longer', sourceType: 'MARKDOWN', inlineContent: 'Words'}
    assert.equal((await upload('publisher', link, changed)).status, 303)
    assert.match((await ask('devportal', link)).text, /<p>Words<\/p>/)
    assert.equal((await ask('publisher', link, {...(await multipart(changed))})).status, 403, 'a form of another site')
    assert.equal((await send('publisher', `${link}/delete`, {})).status, 303)
    assert.equal((await ask('devportal', link)).status, 404)
  })

  it('users comment, answer and rate, and publishers see it; an API key is shown once', async () => {
    assert.equal((await send('devportal', `${api}/comment`, {content: 'Why?'})).status, 303)
    assert.equal((await send('devportal', `${api}/comment`, {content: 'So', to: 'admin'})).status, 303)
    assert.equal((await send('devportal', `${api}/rate`, {rating: '4'})).status, 303)
    const page = (await ask('publisher', api)).text
    assert.match(page, /Why\?/)
    assert.match(page, /@admin So/)
    assert.match(page, /Rated 4\.0 of 5/)
    const [, application = ''] =
      /action="\/devportal(\/applications\/[^"]+)\/api-key"/.exec((await ask('devportal', '/applications')).text) ?? []
    const key = await send('devportal', `${application}/api-key`, {keyType: 'PRODUCTION', days: '1'})
    assert.match(key.text, /<code>eyJ[\w.-]+<\/code>/)
    assert.doesNotMatch((await ask('devportal', '/applications')).text, /eyJ/)
    const wrong = await send('devportal', `${application}/api-key`, {keyType: 'NONE'})
    assert.equal(wrong.status, 400)
  })

  it('a new version has it all', async () => {
    const made = await send('publisher', `${api}/version`, {version: '2.0.0', default: 'false'})
    assert.equal(made.status, 303, made.text)
    draft = placeOf('publisher', made)
    assert.match((await ask('publisher', draft)).text, /PetShop 2\.0\.0[^]*Guide/)
    assert.equal((await send('publisher', `${api}/version`, {version: '2.0.0'})).status, 409)
  })

  it('a new version is published with what the check list says of the older ones', async () => {
    const form = {
      name: 'Listed',
      version: '1',
      context: '/listed',
      endpoint: 'http://localhost:1/',
      policy: 'Unlimited',
    }
    const made = await upload('publisher', '/new', form)
    assert.equal(made.status, 303, made.text)
    const first = placeOf('publisher', made)
    assert.equal((await send('publisher', `${first}/state`, {action: 'Publish'})).status, 303)
    const second = placeOf('publisher', await send('publisher', `${first}/version`, {version: '2'}))
    const page = (await ask('publisher', second)).text
    assert.match(page, /name="deprecateOld"[^]*Deprecate old versions after publishing the API/)
    assert.match(page, /name="resubscribe"[^]*Requires re-subscription when publishing the API/)
    assert.equal((await send('publisher', `${second}/state`, {action: 'Publish', deprecateOld: 'true'})).status, 303)
    assert.doesNotMatch((await ask('publisher', second)).text, /name="deprecateOld"/)
    assert.match((await ask('publisher', first)).text, /deprecated/i)
    const listed = (await ask('devportal', '')).text
    assert.ok(listed.includes(second) && !listed.includes(first), 'the old one is listed no longer')
  })

  it('who has no right to is told so', async () => {
    await seedToken(databases, 'admin', ['apim:api_view'])
    const stranger = await cluster.ask('publisher-1', 9443, `/publisher${api}/version`, {form: {version: '3.0.0'}})
    assert.equal(stranger.headers.location, '/publisher/login')
    assert.equal((await ask('publisher', `${api}/version`, {form: {version: '3.0.0'}})).status, 403)
  })

  it('narrow and wide, by light and by dark, without a mouse', async () => {
    const browser = await startBrowser()
    const urlOf = (site: Site, path: string) => `https://localhost:${cluster.port(`${site}-1`, 9443)}/${site}${path}`
    const enter = async (page: Page, site: Site) => {
      await visit(page, urlOf(site, '/login'))
      await fill(page, {'input[name=username]': 'admin', 'input[name=password]': 'admin'})
      await pressOn(page, 'main form button')
    }
    const link =
      /href="\/devportal(\/apis\/[^"]+\/documents\/[^"]+)"/.exec((await ask('devportal', api)).text)?.[1] ?? ''
    try {
      for (const width of [360, 1440]) {
        const {page, strangers, complaints} = await openPage(browser, width)
        await enter(page, 'publisher')
        await enter(page, 'devportal')
        for (const scheme of ['light', 'dark']) {
          await page.emulateMediaFeatures([{name: 'prefers-color-scheme', value: scheme}])
          for (const [site, path] of [
            ['publisher', ''],
            ['publisher', '/new'],
            ['publisher', api],
            ['publisher', draft],
            ['publisher', `${api}/edit`],
            ['publisher', link],
            ['devportal', api],
            ['devportal', link],
            ['devportal', `${api}/try?method=PUT&resource=%2Fpets%2F%7Bid%7D`],
            ['devportal', '/applications'],
          ] as const) {
            await visit(page, urlOf(site, path))
            await page.evaluate("document.querySelectorAll('details').forEach(it => (it.open = true))")
            const where = `${site}${path} at ${width}, ${scheme}`
            assert.deepEqual(await faultsOf(page), [], where)
            if (scheme === 'light' && width === 360) assert.deepEqual(await unreachable(page), [], where)
            assert.equal(await page.evaluate('window.hit'), undefined, where)
          }
        }
        assert.deepEqual([...strangers, ...complaints], [])
      }
    } finally {
      await browser.close()
    }
  })
})

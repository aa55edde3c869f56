import assert from 'node:assert/strict'
import {mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import type {Browser, Page} from 'puppeteer-core'
import type {ApiLife} from '../support/api-life.js'
import {fill, openPage, pressOn, startBrowser, tabTo, visit} from '../support/browser.js'
import {eventually} from '../support/eventually.js'
import {ROOT} from '../support/lab.js'
import {faultsOf, unreachable} from '../support/page-checks.js'
import {askLab, lifeIn} from './support/lab-calls.js'
import {pastHour} from './support/past-hour.js'
import {NOTHING, TestLab} from './support/test-lab.js'

/** The backend that every gateway has. */
const BACKEND = 'https://localhost:9443/am/sample/pizzashack/v1/api/'
const LONG = 'CustomerRelationshipManagementAccountsAndContacts'
/** Milliseconds until a gateway knows what a portal was told, or the dashboard what a gateway has counted. */
const LATER = 30_000

const operation = (verb: string, target: string, scopes: readonly string[] = []) => ({
  verb,
  target,
  scopes,
  authType: 'Application & Application User',
  throttlingPolicy: 'Unlimited',
})

const PIZZA = {
  name: 'PizzaShack',
  context: '/pizzashack',
  url: BACKEND,
  operations: [
    operation('GET', '/menu'),
    operation('POST', '/order', ['order']),
    operation('GET', '/order/{orderId}'),
    operation('DELETE', '/order/{orderId}', ['order']),
  ],
  more: {
    description: 'Menu and orders of a small pizza restaurant.',
    tags: ['food', 'pizza'],
    policies: ['Gold', 'Unlimited'],
    scopes: [{scope: {name: 'order', description: 'Place and change orders', bindings: []}, shared: false}],
  },
}

describe("mini's pages in a browser", function () {
  this.timeout(120_000)
  let lab: TestLab
  let browser: Browser
  let life: ApiLife
  let apiId: string
  /** Consumer key and secret, as the portal has shown them. */
  let credentials: readonly string[] = []
  const answers: number[] = []

  /** The page of administrators is the publisher's. */
  const hostOf = (site: string) => (site === 'admin' ? 'publisher' : site)
  const url = (site: string, path = '') =>
    `https://${hostOf(site)}.${lab.name}.localhost:${(site === 'analytics-dashboard' ? 9643 : 9443) + lab.portOffset}/${site}${path}`

  const login = async (page: Page, component: string, username = 'admin', password = 'admin') => {
    await visit(page, url(component, '/login'))
    await fill(page, {'input[name=username]': username, 'input[name=password]': password})
    await pressOn(page, 'main button')
  }
  const text = (page: Page, selector = 'main') =>
    page.evaluate(`document.querySelector(${JSON.stringify(selector)})?.innerText ?? ''`) as Promise<string>
  const count = (...statuses: readonly number[]) => answers.filter(it => statuses.includes(it)).length

  before(async () => {
    lab = await TestLab.create('pages')
    const [{exitCode, stderr}, started] = await Promise.all([lab.up(), startBrowser()])
    browser = started
    assert.equal(exitCode, 0, String(stderr))
    life = await lifeIn(lab)
    apiId = await life.publishedApi(PIZZA)
    const guide = {name: 'Guide', type: 'HOWTO', summary: 'How it is made', sourceType: 'MARKDOWN'}
    const {status} = await askLab(lab, 'publisher', 9443, `/api/am/publisher/v1/apis/${apiId}/documents`, {
      bearer: life.token,
      json: {...guide, visibility: 'API_LEVEL', inlineContent: '# Pizza\n\nOf mozzarella.'},
    })
    assert.equal(status, 201)
    await life.publishedApi({name: LONG, context: '/customer-relationship-management/accounts', url: BACKEND})
    await life.createApi({name: 'Weather', context: '/weather', url: BACKEND})
  })

  after(async () => {
    await browser?.close()
    await lab.run(['down', '--volumes', '--wait'])
    const remains = await lab.remains()
    await lab.remove()
    assert.deepEqual(remains, NOTHING)
  })

  it('the portal leads from the sign-up to a call through the gateway, without a mouse', async () => {
    const {page, strangers, complaints} = await openPage(browser, 1440)
    await visit(page, url('devportal'))
    await pressOn(page, 'main a[href$="/sign-up"]')
    await fill(page, {'input[name=username]': 'alice', 'input[name=password]': 'wonderland'})
    await pressOn(page, 'main button')
    await login(page, 'devportal', 'alice', 'wonderland')
    await pressOn(page, 'nav a[href$="/applications"]')
    await fill(page, {'input[name=name]': 'Web shop', 'select[name=policy]': '10PerMin'})
    await pressOn(page, 'form[action$="/applications"] button')
    await pressOn(page, 'section:last-of-type form[action$="/keys"] button')
    credentials = (await page.evaluate(
      `[...document.querySelectorAll('td code')].map(it => it.textContent)`,
    )) as string[]
    assert.equal(credentials.length, 2)

    await visit(page, url('devportal', `/apis/${apiId}`))
    await fill(page, {'select[name=application]': 'Web'})
    await pressOn(page, 'form[action$="/subscribe"] button')
    assert.match(await text(page), /Subscribed: Web shop/)
    await fill(page, {'form[action$="/try"] select[name=application]': 'Web'})
    await eventually(
      'the answer of the API',
      async () => {
        await pressOn(page, 'form[action$="/try"] button')
        answers.push(Number(await text(page, '.badge')))
        return answers.at(-1) === 200
      },
      LATER,
    )
    assert.match(await text(page, 'pre'), /Margherita/)
    assert.deepEqual([strangers, complaints], [[], []])
  })

  it('the dashboard shows the calls that were made, and an alert by its rule', async () => {
    const {page, strangers, complaints} = await openPage(browser, 360)
    await login(page, 'analytics-dashboard')
    assert.match(await text(page), /No alerts/)
    await tabTo(page, 'input[name=threshold]')
    await page.keyboard.press('Backspace')
    await page.keyboard.type('2')
    await pressOn(page, 'form[action$="/rule"] button')
    await eventually('the rule', async () => {
      await page.reload()
      return /The worker has this rule/.test(await text(page))
    })

    const [consumerKey = '', consumerSecret = ''] = credentials
    const token = await life.appToken({consumerKey, consumerSecret, keyMappingId: '', token: ''})
    const call = async (path: string) =>
      answers.push((await askLab(lab, 'gateway', 8243, `/pizzashack/1.0.0${path}`, {bearer: token})).status)
    await call('/order/of-nobody')
    const throttled = async () => {
      await call('/menu')
      return count(429) === 6
    }
    await eventually('calls to be throttled', throttled, 60_000)
    assert.equal(count(404), 1)

    const shown = `${count(200, 404)} calls in all`
    await eventually(
      `${shown}, ${count(429)} of them throttled, and an alert`,
      async () => {
        await page.reload()
        const said = await text(page)
        return said.includes(shown) && said.includes(`${count(429)} calls in all`) && said.includes('LimitHitting')
      },
      LATER,
    )
    assert.match(await text(page), /Errors\n+1 error in all/)
    assert.match(await text(page, '#alerts + table'), /FrequentTierLimitHitting[^]*PizzaShack/)
    assert.deepEqual([strangers, complaints], [[], []])
  })

  it('the publisher shows the subscriber and the alert', async () => {
    const {page} = await openPage(browser, 1440)
    await login(page, 'publisher')
    await pressOn(page, `a[href$="${apiId}"]`)
    assert.match(await text(page), /alice\s+Web shop\s+Gold\s+UNBLOCKED/)
    await pressOn(page, 'nav a[href$="/alerts"]')
    assert.match(await text(page), /FrequentTierLimitHitting\s+PizzaShack/)
    await pressOn(page, 'nav a[href$="/usage"]')
    const [calls, refused] = [count(200, 404), count(429)]
    const counts = `${calls}\\s+1\\s+${refused}\\s+\\d+`
    assert.match(await text(page), new RegExp(`PizzaShack\\s+1.0.0\\s+${counts}[^]*Web shop\\s+alice\\s+${counts}`))
    await pressOn(page, `a[href$="${apiId}"]`)
    assert.match(await text(page), new RegExp(`${calls} calls, 1 error, ${refused} calls throttled`))
  })

  it('administrators make a category and a label, and documents are found, without a mouse', async () => {
    const {page, strangers, complaints} = await openPage(browser, 1440)
    await login(page, 'admin')
    for (const [path, one, more] of [
      ['/categories', 'food', {}],
      ['/labels', 'micro', {'form[action$="/labels"] textarea[name=urls]': 'https://a.example/'}],
    ] as const) {
      await pressOn(page, `nav a[href$="${path}"]`)
      await fill(page, {[`form[action$="${path}"] input[name=name]`]: one, ...more})
      await pressOn(page, `form[action$="${path}"] button`)
      assert.match(await text(page, 'table'), new RegExp(one))
    }
    await visit(page, url('devportal'))
    await fill(page, {'input[name=query]': 'mozzarella'})
    await pressOn(page, '[role=search] button')
    assert.match(await text(page), /No API fits this search[^]*1 document[^]*Guide/)
    await pressOn(page, 'main a[href*="/documents/"]')
    assert.match(await text(page), /mozzarella/)
    assert.deepEqual([strangers, complaints], [[], []])
  })

  for (const width of [360, 1440]) {
    it(`every page can be read and used at ${width} px, by light and by dark`, async () => {
      const {page, strangers, complaints} = await openPage(browser, width)
      const wrong: Record<string, readonly string[]> = {}
      const look = async (component: string, path: string) => {
        await visit(page, url(component, path))
        for (const value of ['light', 'dark']) {
          await page.emulateMediaFeatures([{name: 'prefers-color-scheme', value}])
          const found = [...(await faultsOf(page)), ...(value === 'light' ? await unreachable(page) : [])]
          if (found.length > 0) wrong[`${component}${path} ${value}`] = found
        }
      }
      for (const path of ['', '?query=nothing', '?query=guide', `/apis/${apiId}`, '/sign-up'])
        await look('devportal', path)
      for (const component of ['devportal', 'publisher', 'admin', 'analytics-dashboard']) {
        await look(component, '/login')
        await login(page, component)
      }
      for (const path of ['', `/apis/${apiId}`, '/applications']) await look('devportal', path)
      for (const path of ['', `/apis/${apiId}`, '/usage', '/usage?range=1h', '/alerts']) await look('publisher', path)
      for (const path of ['', '/custom-policies', '/deny', '/applications', '/categories', '/labels', '/settings'])
        await look('admin', path)
      for (const path of ['', '?api=none', '?range=7d']) await look('analytics-dashboard', path)
      assert.deepEqual([wrong, strangers, complaints], [{}, [], []])
      // What is not there is a page as well; the browser's own complaint about its status is right.
      for (const component of ['devportal', 'publisher', 'admin', 'analytics-dashboard'])
        await look(component, '/nothing')
      assert.deepEqual(wrong, {})
    })
  }

  if (process.env['UPDATE_SCREENSHOTS']) {
    it('is photographed for the README', async () => {
      const folder = join(ROOT, 'test/docs/screenshots')
      await mkdir(folder, {recursive: true})
      await pastHour(lab)
      const {page} = await openPage(browser, 1440)
      for (const [component, name, path] of [
        ['publisher', 'publisher', `/apis/${apiId}`],
        ['devportal', 'devportal', `/apis/${apiId}`],
        ['analytics-dashboard', 'dashboard', ''],
      ] as const) {
        await login(page, component)
        await visit(page, url(component, path))
        const file = join(folder, `${name}.png`) as `${string}.png`
        const height = (await page.evaluate('document.querySelector("main").getBoundingClientRect().bottom')) as number
        await page.screenshot({path: file, clip: {x: 0, y: 0, width: 1440, height: Math.min(height, 960)}})
      }
    })
  }
})

import {join} from 'node:path'
import {execa} from 'execa'
import {launch, type Browser, type Page} from 'puppeteer-core'
import {ROOT} from './lab.js'

/** Starts a headless Chromium; installs one where there is none. Certificates of labs are not known to it. */
export const startBrowser = async (): Promise<Browser> => {
  await execa(join(ROOT, 'test/support/chromium.sh'))
  const {stdout} = await execa('which', ['chromium'])
  // Root has no sandbox; what is opened is our own.
  const args = ['--no-sandbox', '--disable-gpu', '--hide-scrollbars']
  return launch({executablePath: stdout.trim(), headless: true, acceptInsecureCerts: true, args})
}

/** What Chromium says of what it drops when a network of the machine comes or goes. */
const NETWORK_CHANGED = 'ERR_NETWORK_CHANGED'

export interface Opened {
  readonly page: Page
  /** What the page asked for that is not of its own origin. */
  readonly strangers: readonly string[]
  /** What it said on the console that is an error. */
  readonly complaints: readonly string[]
}

/** A new page of so many pixels, in a browser profile of its own, that tells whom it asks. */
export const openPage = async (browser: Browser, width: number): Promise<Opened> => {
  const context = await browser.createBrowserContext()
  const page = await context.newPage()
  await page.setViewport({width, height: 900})
  const strangers: string[] = []
  const complaints: string[] = []
  page.on('request', request => {
    const own = new URL(page.url() === 'about:blank' ? request.url() : page.url()).host
    const url = new URL(request.url())
    if (url.protocol !== 'data:' && url.host !== own && !request.isNavigationRequest()) strangers.push(request.url())
  })
  page.on('console', message => {
    if (message.type() === 'error' && !message.text().includes(NETWORK_CHANGED)) complaints.push(message.text())
  })
  page.on('pageerror', error => complaints.push(String(error)))
  return {page, strangers, complaints}
}

/** Presses Tab until an element that fits has the focus, as a user without a mouse would. Throws after so many presses. */
export const tabTo = async (page: Page, selector: string, most = 60): Promise<void> => {
  for (let i = 0; i < most; i++) {
    if (await page.evaluate(`document.activeElement?.matches(${JSON.stringify(selector)}) === true`)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`no ${selector} within ${most} presses of Tab on ${page.url()}`)
}

/** How many pixels the page is wider than its window. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - window.innerWidth') as Promise<number>

const VISIT_MS = 30_000

/** Opens an address. A machine whose networks change, as Docker's do, makes Chromium drop what it is loading: it is asked for again. */
export const visit = async (page: Page, url: string): Promise<void> => {
  const deadline = Date.now() + VISIT_MS
  for (;;) {
    try {
      await page.goto(url)
      if (await page.evaluate('document.body !== null')) return
      if (Date.now() > deadline) throw new Error(`${url} has stayed empty`)
    } catch (error) {
      if (!String(error).includes(NETWORK_CHANGED) || Date.now() > deadline) throw error
    }
  }
}

/** Presses Enter on an element, without a mouse, and waits for the page that this leads to. */
export const pressOn = async (page: Page, selector: string): Promise<void> => {
  await tabTo(page, selector)
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')])
  // As in `visit`: what the browser has dropped is asked for again.
  if (page.url().startsWith('chrome-error:')) await page.reload()
}

/** Types into elements, without a mouse: by selector. A select takes the option that begins with the text. */
export const fill = async (page: Page, fields: Readonly<Record<string, string>>): Promise<void> => {
  for (const [selector, text] of Object.entries(fields)) {
    await tabTo(page, selector)
    await page.keyboard.type(text)
  }
}

import assert from 'node:assert/strict'
import {readFileSync, writeFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import type {Component, MakeComponent} from '../../src/mini/component.js'
import type {ComponentName} from '../../src/mini/profiles.js'
import {
  ADMIN,
  ADMIN_WORDS,
  PUBLISHER,
  PUBLISHER_WORDS,
} from '../../src/mini/components/publisher/rest/scopes-of-operations.js'
import {OPERATIONS, type ApiName, type Operation} from './facts/facts.js'
import {makeCluster} from './support/cluster.js'
import {makerOf} from './support/maker-of.js'
import type {Databases} from './support/mysql-server.js'

const PAGE = fileURLToPath(new URL('../../docs/mini-rest.md', import.meta.url))

/** Nothing is asked of them: routes are there before a database is. */
const NOWHERE = {
  port: 1,
  names: {apimgtdb: 'a', shareddb: 's', statistics: 't', permissions: 'p', dashboard: 'd', rules: 'r'},
  user: 'u',
  password: 'p',
} as unknown as Databases

/** The routes that a component answers, as `GET /api/am/...`. */
const routesOf = async (name: string): Promise<readonly string[]> => {
  const nodes = ['publisher-1', 'devportal-1', 'key-manager-1', 'traffic-manager-1', 'gateway-1']
  const cluster = await makeCluster({databases: NOWHERE, nodes, analytics: false})
  let made: Component | undefined
  const watched = async (component: ComponentName): Promise<MakeComponent> => {
    const make = await makerOf(component)
    return context => (made = make(context))
  }
  try {
    await cluster.start(name, {makerOf: watched})
    return (made?.routes?.management ?? []).map(it => `${it.method} ${it.path}`)
  } finally {
    await cluster.close()
  }
}

const BASES: Readonly<Record<ApiName, string>> = {publisher: PUBLISHER, store: '/api/am/store/v1', admin: ADMIN}
/** Names of parameters are nobody's to know. */
const shape = (path: string) => path.replace(/:\w+|\{\w+\}/g, '*')

const TITLES: Readonly<Record<ApiName, string>> = {
  publisher: 'Publisher',
  store: 'Developer Portal (store)',
  admin: 'Admin',
}

const pageOf = (isDone: (operation: Operation) => boolean) => {
  const tables = (['publisher', 'store', 'admin'] as const).map(api => {
    const own = OPERATIONS.filter(it => it.api === api)
    const done = own.filter(isDone).length
    const lines = own.map(it => `| \`${it.method} ${it.path}\` | ${isDone(it) ? 'done' : '501'} |`)
    return `## ${TITLES[api]}\n\nBelow \`${BASES[api]}\`: ${done} of ${own.length}.\n\n| operation | mini |\n| --- | --- |\n${lines.join('\n')}\n`
  })
  const all = OPERATIONS.filter(isDone).length
  return (
    "# mini's REST APIs, operation by operation\n\n" +
    `Of the ${OPERATIONS.length} operations of 3.2.0's publisher, store and admin APIs, [mini](mini.md) has ${all}. The others answer 501, with the\n` +
    "product's error body. Made from the code and the product's API descriptions; a test compares them.\n\n" +
    tables.join('\n')
  )
}

describe('mini: operations of the REST APIs', function () {
  this.timeout(60_000)
  let routes: ReadonlySet<string>
  before(async () => {
    routes = new Set([...(await routesOf('publisher-1')), ...(await routesOf('devportal-1'))].map(shape))
  })
  const isDone = ({api, method, path}: Operation) =>
    routes.has(shape(`${method === 'HEAD' ? 'GET' : method} ${BASES[api]}${path}`))

  it('docs/mini-rest.md names each, and says which are done', () => {
    const cells = (text: string) => text.replace(/ +/g, ' ').replace(/-{3,}/g, '---')
    const page = pageOf(isDone)
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(PAGE, page)
    assert.equal(cells(readFileSync(PAGE, 'utf8')), cells(page), 'UPDATE_GOLDEN=1 writes the page anew')
  })

  it('a word that is an operation is never taken for an id', () => {
    const words = {publisher: PUBLISHER_WORDS, admin: ADMIN_WORDS, store: [] as readonly string[]}
    for (const {api, path} of OPERATIONS) {
      const literal = !path.includes('{')
      const parts = path.split('/')
      const asId = OPERATIONS.some(
        it =>
          it.api === api &&
          it.path !== path &&
          it.path.split('/').length === parts.length &&
          it.path.split('/').every((part, i) => part === parts[i] || part.startsWith('{')),
      )
      if (literal && asId && api !== 'store') assert.ok(words[api].includes(path), `${api} ${path}`)
    }
  })
})

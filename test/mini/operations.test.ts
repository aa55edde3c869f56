import assert from 'node:assert/strict'
import {readFileSync, writeFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import type {Component, MakeComponent} from '../../src/mini/component.js'
import type {ComponentName, Face} from '../../src/mini/profiles.js'
import {ADMIN, PUBLISHER} from '../../src/mini/components/publisher/rest/scopes-of-operations.js'
import {OPERATIONS, type ApiName, type Operation} from './facts/facts.js'
import {makeCluster, type Cluster} from './support/cluster.js'
import {makerOf} from './support/maker-of.js'
import type {Databases} from './support/mysql-server.js'

/** Nothing is asked of them: routes are there before a database is. */
const NOWHERE = {
  port: 1,
  names: {apimgtdb: 'a', shareddb: 's', statistics: 't', permissions: 'p', dashboard: 'd', rules: 'r'},
  user: 'u',
  password: 'p',
} as unknown as Databases

/** The routes that a component answers, as `GET /api/am/...`; what `more` asks while it runs. */
const routesOf = async (
  name: string,
  nodes: readonly string[],
  face: Face,
  more: (cluster: Cluster, routes: readonly string[]) => Promise<void> = () => Promise.resolve(),
): Promise<readonly string[]> => {
  const cluster = await makeCluster({databases: NOWHERE, nodes, face, analytics: false})
  let made: Component | undefined
  const watched = async (component: ComponentName): Promise<MakeComponent> => {
    const make = await makerOf(component)
    return context => (made = make(context))
  }
  try {
    await cluster.start(name, {makerOf: watched})
    const routes = (made?.routes?.management ?? []).map(it => `${it.method} ${it.path}`)
    await more(cluster, routes)
    return routes
  } finally {
    await cluster.close()
  }
}

/** Names of parameters are nobody's to know. */
const shape = (path: string) => path.replace(/:\w+|\{\w+\}/g, '*')

const isPlace = (part: string) => part.startsWith('{')

/** Whether a path has a word where this one has an id. */
function isWordOf(path: string, idPath: string): boolean {
  const [words, ids] = [path.split('/'), idPath.split('/')]
  const fits = words.length === ids.length && ids.every((part, i) => part === words[i] || isPlace(part))
  return fits && ids.some((part, i) => isPlace(part) && !isPlace(words[i] ?? ''))
}

/** Operations of which a description has nothing, but that a path with an id would take for its own: `GET /apis/import`. */
const takenForIds = (all: readonly Operation[]) =>
  all.flatMap(({path}) => {
    const methods = all.filter(it => isWordOf(path, it.path)).map(it => it.method)
    return [...new Set(methods)].map(method => ({method, path}))
  })

interface DescribedApi {
  readonly api: ApiName
  readonly title: string
  readonly base: string
}

/** A page that lists what a release has of its APIs. */
interface Listing {
  readonly page: string
  readonly title: string
  readonly release: string
  readonly whose: string
  readonly face: Face
  readonly nodes: readonly string[]
  /** Those that have the APIs. */
  readonly asked: readonly string[]
  readonly apis: readonly DescribedApi[]
}

const LISTINGS: readonly Listing[] = [
  {
    page: 'mini-rest.md',
    title: "mini's REST APIs, operation by operation",
    release: '[mini](mini.md)',
    whose: "3.2.0's publisher, store and admin APIs",
    face: '3.2',
    nodes: ['publisher-1', 'devportal-1', 'key-manager-1', 'traffic-manager-1', 'gateway-1'],
    asked: ['publisher-1', 'devportal-1'],
    apis: [
      {api: 'publisher', title: 'Publisher', base: PUBLISHER},
      {api: 'store', title: 'Developer Portal (store)', base: '/api/am/store/v1'},
      {api: 'admin', title: 'Admin', base: ADMIN},
    ],
  },
  {
    page: 'mini-4-rest.md',
    title: "mini-4's REST APIs, operation by operation",
    release: '[mini-4](mini.md#with-the-face-of-4x)',
    whose: "4.4.0's publisher, developer portal, admin and service catalog APIs",
    face: '4',
    nodes: ['control-plane-1', 'traffic-manager-1', 'gateway-1'],
    asked: ['control-plane-1'],
    apis: [
      {api: 'publisher-4', title: 'Publisher', base: '/api/am/publisher/v4'},
      {api: 'devportal-4', title: 'Developer Portal', base: '/api/am/devportal/v3'},
      {api: 'admin-4', title: 'Admin', base: '/api/am/admin/v4'},
      {api: 'service-catalog-4', title: 'Service Catalog', base: '/api/am/service-catalog/v1'},
    ],
  },
]

const pageOf = ({title, release, whose, apis}: Listing, isDone: (operation: Operation) => boolean) => {
  const own = apis.map(api => ({...api, operations: OPERATIONS.filter(it => it.api === api.api)}))
  const tables = own.map(({title: name, base, operations}) => {
    const done = operations.filter(isDone).length
    const lines = operations.map(it => `| \`${it.method} ${it.path}\` | ${isDone(it) ? 'done' : '501'} |`)
    return `## ${name}\n\nBelow \`${base}\`: ${done} of ${operations.length}.\n\n| operation | mini |\n| --- | --- |\n${lines.join('\n')}\n`
  })
  const all = own.flatMap(({operations}) => operations)
  return (
    `# ${title}\n\n` +
    `Of the ${all.length} operations of ${whose}, ${release} has ${all.filter(isDone).length}. The others answer 501, with the\n` +
    "product's error body. Made from the code and the product's API descriptions; a test compares them.\n\n" +
    tables.join('\n')
  )
}

for (const listing of LISTINGS)
  describe(`mini: operations of ${listing.whose}`, function () {
    this.timeout(60_000)
    const {page, nodes, asked, face, apis} = listing
    let routes: ReadonlySet<string>
    before(async () => {
      const all: string[] = []
      for (const name of asked) all.push(...(await routesOf(name, nodes, face)))
      routes = new Set(all.map(shape))
    })
    const places = ({api, method, path}: Operation) => {
      const {base} = apis.find(it => it.api === api)!
      return shape(`${method === 'HEAD' ? 'GET' : method} ${base}${path}`)
    }

    it(`docs/${page} names each, and says which are done`, () => {
      const cells = (text: string) => text.replace(/ +/g, ' ').replace(/-{3,}/g, '---')
      const made = pageOf(listing, operation => routes.has(places(operation)))
      const file = fileURLToPath(new URL(`../../docs/${page}`, import.meta.url))
      if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, made)
      assert.equal(cells(readFileSync(file, 'utf8')), cells(made), 'UPDATE_GOLDEN=1 writes the page anew')
    })

    it('a word that is an operation is never taken for an id', async () => {
      const strange: string[] = []
      let looked = 0
      for (const name of asked)
        await routesOf(name, nodes, face, async (cluster, own) => {
          const answered = new Set(own.map(shape))
          for (const {api, base} of apis.filter(it => own.some(route => route.includes(` ${it.base}/`))))
            for (const {method, path} of takenForIds(OPERATIONS.filter(it => it.api === api))) {
              if (answered.has(shape(`${method} ${base}${path}`))) continue
              looked++
              const {status} = await cluster.ask(name, 9443, `${base}${path.replace(/\{\w+\}/g, 'x')}`, {method})
              if (status !== 501) strange.push(`${method} ${path} ${status}`)
            }
        })
      assert.deepEqual(strange, [])
      assert.ok(looked > 20)
    })

    it('there is nothing that the descriptions do not have', () => {
      const described = new Set(OPERATIONS.filter(({api}) => apis.some(it => it.api === api)).map(places))
      const more = [...routes].filter(it => apis.some(({base}) => it.includes(` ${base}/`)) && !described.has(it))
      assert.deepEqual(more, [])
    })
  })

import assert from 'node:assert/strict'
import {cp, mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {processes} from '../../src/cli/processes.js'
import {DataDirectory} from '../../src/disk/data-directory.js'
import {DockerEngine} from '../../src/engine/docker-engine.js'
import type {Engine} from '../../src/engine/engine.js'
import type {LabContext} from '../../src/lab/context.js'
import {down} from '../../src/lab/down.js'
import {links} from '../../src/lab/links/links.js'
import {isDatabaseRow} from '../../src/lab-events/link-row.js'
import {status} from '../../src/lab/status.js'
import {up} from '../../src/lab/up.js'
import type {HelperRequest} from '../../src/model/helper-protocol.js'
import {DEFAULTS} from '../../src/model/settings.js'
import {FOUR_COMPONENTS} from '../fixtures/four-components.js'
import {RELEASES, ROOT, VERSION} from '../support/lab.js'
import type {StubEngine} from './stub/stub-engine.js'
import {startLabEngine} from './support/lab-behaviour.js'
import {copyProgram} from './support/program.js'
import {withoutSeeds} from './support/seeds.js'

const LAB = 'four'

/** Answers a login as a server does that has the accounts of the release, and an administrator. */
function login(text: string): string | undefined {
  const request = JSON.parse(text || '{}') as HelperRequest
  if (request.kind !== 'probe-login') return undefined
  const {
    id,
    database,
    login: {user},
  } = request
  const use = FOUR_COMPONENTS.components
    .find(({name}) => name === user)
    ?.databases.find(own => own.database === database)
  return JSON.stringify({kind: 'result', id, ok: use !== undefined, detail: user, ...(use && {access: use.access})})
}

describe('a release with other components, on the stub engine', function () {
  this.timeout(60_000)
  let folder: string
  let stub: StubEngine
  let context: LabContext

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'apim-lab-four-'))
    const product = FOUR_COMPONENTS.components.map(({image}) => [image, {Cmd: ['product'] as string[]}] as const)
    const images = {
      'node:20-slim': {Cmd: ['node']},
      [DEFAULTS.mysqlImage]: {Cmd: ['mysqld'], Volumes: {'/var/lib/mysql': {}}},
      [DEFAULTS.loadBalancerImage]: {Cmd: ['nginx']},
      ...Object.fromEntries(product),
    }
    stub = await startLabEngine({images}, behave => (name, config) => {
      const own = behave(name, config)
      return {...own, ...(own.attach && {attach: async text => (login(text) ? [login(text)!] : own.attach!(text))})}
    })
    const program = await copyProgram(folder)
    const templates = join(folder, 'templates')
    await cp(join(ROOT, 'templates'), templates, {recursive: true})
    await cp(join(ROOT, 'test/fixtures/four-components'), templates, {recursive: true})
    let engine: Promise<Engine> | undefined
    context = {
      version: VERSION,
      releases: RELEASES,
      data: new DataDirectory(join(folder, 'data')),
      templates,
      cases: '',
      programs: join(program, 'dist'),
      engine: () =>
        (engine ??= DockerEngine.connect({
          env: {DOCKER_HOST: stub.dockerHost},
          home: '/',
          platform: 'linux',
          uid: 0,
          contexts: [],
        })),
      reporter: {begin: () => undefined, on: () => undefined, end: () => undefined},
      signal: new AbortController().signal,
      processes,
      user: 'four',
      environment: {},
    }
  })
  after(async () => {
    await stub.close()
    await rm(folder, {recursive: true, force: true})
  })

  const comesUp = () => {
    const choices = {offline: true, dryRun: false, force: false, reset: false, rollback: false, wait: false}
    const flags = {lab: LAB, release: FOUR_COMPONENTS.name, portOffset: 9300, scale: {gateway: 2}}
    return up({flags, workingDirectory: folder, ...choices}, context)
  }

  it('comes up, and again finds nothing to do', async () => {
    await comesUp()
    assert.deepEqual((await comesUp()).plan, [])
    const {ready, nodes} = await status(LAB, context)
    assert.equal(ready, true)
    assert.deepEqual(
      nodes.map(({name}) => name),
      ['control-plane-1', 'gateway-1', 'gateway-2', 'traffic-manager-1', 'key-manager-1', 'mysql', 'load-balancer'],
    )
  })

  it('has its own links, databases and open ports checked', async () => {
    const {rows, down: ended} = await links(LAB, context)
    assert.deepEqual(ended, [])
    // Nothing listens on this machine: the stub publishes no ports.
    const inside = rows.filter(row => row.client !== 'user')
    assert.deepEqual(
      inside.filter(({state}) => state !== 'ok'),
      [],
    )
    const names = inside.map(
      row => `${row.client} -> ${row.server}${isDatabaseRow(row) ? `/${row.database}` : `:${row.port}`}`,
    )
    for (const name of [
      'gateway-2 -> control-plane-1:5672',
      'traffic-manager-1 -> control-plane-1:9443',
      'traffic-manager-1 -> mysql/registry',
      'load-balancer -> gateway-2:8021',
    ])
      assert.ok(names.includes(name), name)
  })

  it('has links checked that are named, and no others', async () => {
    const named = ['gateway->control-plane:5672', 'traffic-manager-1 -> mysql/registry']
    const {rows} = await links(LAB, context, {only: named})
    assert.deepEqual(
      rows.map(({id}) => id),
      ['gateway-1->control-plane-1:5672', 'gateway-2->control-plane-1:5672', 'traffic-manager-1->mysql/registry'],
    )
    await assert.rejects(links(LAB, context, {only: ['gateway-1->control-plane-1:5673']}), {
      code: 'link-unknown',
      message: /did you mean gateway-1->control-plane-1:5672/,
    })
  })

  it('goes down, with all that it had', async () => {
    await down({lab: LAB, volumes: true, wait: false}, context)
    assert.deepEqual(withoutSeeds(stub.snapshot()), {containers: [], networks: [], volumes: []})
  })
})

import assert from 'node:assert/strict'
import {chmod, mkdir, mkdtemp, readdir, readFile, rm, stat} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {DEFAULTS} from '../../src/model/settings.js'
import {apimLab} from '../support/command-line.js'
import type {StubEngine} from './stub/stub-engine.js'
import {startLabEngine} from './support/lab-behaviour.js'

const UP = ['up', '--release', 'mini', '--offline', '--no-analytics', '--port-offset', '9300']
const NOBODY = 65_534

describe('a dry run changes nothing', function () {
  this.timeout(60_000)
  let folder: string
  let stub: StubEngine

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'apim-lab-dry-'))
    // The user who may not write here is to reach the engine's socket all the same.
    await chmod(folder, 0o755)
    stub = await startLabEngine({
      images: {
        'node:20-slim': {Cmd: ['node']},
        [DEFAULTS.mysqlImage]: {Cmd: ['mysqld'], Volumes: {'/var/lib/mysql': {}}},
      },
    })
  })
  after(async () => {
    await stub.close()
    await rm(folder, {recursive: true, force: true})
  })

  const run = (args: readonly string[], options: object = {}) =>
    apimLab(args, {
      cwd: folder,
      env: {XDG_DATA_HOME: join(folder, 'data'), HOME: folder, DOCKER_HOST: stub.dockerHost},
      ...options,
    })

  /** All below the folder: names, kinds, modes, contents, times. */
  async function files() {
    const entries = await readdir(folder, {recursive: true, withFileTypes: true})
    return Promise.all(
      entries.map(async entry => {
        const path = join(entry.parentPath, entry.name)
        const {mode, mtimeMs} = await stat(path)
        return [path, mode, mtimeMs, entry.isFile() ? await readFile(path, 'base64') : '']
      }),
    )
  }

  /** Runs it, and compares all that is on the disk and on the engine, images included. */
  async function changesNothing(args: readonly string[], options: object = {}) {
    const images = () => stub.world.images.map(({id, tags}) => [id, ...tags])
    const before = {files: await files(), engine: stub.snapshot(), images: images()}
    stub.resetCalls()
    const {exitCode, stdout, stderr} = await run(args, options)
    assert.equal(exitCode, 0, String(stderr))
    assert.deepEqual({files: await files(), engine: stub.snapshot(), images: images()}, before)
    assert.deepEqual(
      stub.calls.filter(({method}) => method !== 'GET' && method !== 'HEAD'),
      [],
    )
    return String(stdout)
  }

  it('on a fresh machine: images are steps of the plan, with the reason', async () => {
    const plan = await changesNothing([...UP, '--dry-run'])
    assert.match(plan, /^ +1 +apim-lab\/mini:\S+: build \(not on this engine\)\n/)
    assert.match(plan, / 2 +apim-lab\/base:trixie: build \(apim-lab\/load-balancer:\S+ is built on it\)\n/)
    assert.match(plan, / 3 +apim-lab\/load-balancer:\S+: build \(not on this engine\)\n/)
    assert.doesNotMatch(plan, /apim-lab\/mysql/)
    assert.match(plan, /apim-lab-seed-\w+: make the databases that labs begin with \(not there\) {2}\[after 1\]/)
    assert.match(plan, /gateway-1: create \(not there\) {2}\[after 1, /)
    assert.match(plan, /load-balancer: create \(not there\) {2}\[after 3, /)
  })

  it('as a document too', async () => {
    const {plan} = JSON.parse(await changesNothing([...UP, '--dry-run', '--json'])) as {
      plan: {id: number; kind: string; subject: string}[]
    }
    assert.deepEqual(
      plan.map(({id}) => id),
      plan.map((_, i) => i + 1),
    )
    assert.equal(plan.filter(({kind}) => kind === 'build-image').length, 3)
  })

  it('where this user may not write', async () => {
    const data = join(folder, 'not-mine')
    await mkdir(data, {mode: 0o555})
    const nobody = process.getuid?.() === 0 ? {uid: NOBODY, gid: NOBODY} : {}
    await Promise.all([chmod(stub.socket, 0o777), chmod(dirname(stub.socket), 0o755)])
    const plan = await changesNothing([...UP, '--dry-run'], {
      env: {XDG_DATA_HOME: data, HOME: data, DOCKER_HOST: stub.dockerHost},
      ...nobody,
    })
    assert.match(plan, /gateway-1: create/)
  })

  it('on a lab that is up: what a change would do, and nothing where there is none', async () => {
    stub.world.addImage(DEFAULTS.loadBalancerImage, {Cmd: ['nginx']})
    const {exitCode, stderr} = await run(UP)
    assert.equal(exitCode, 0, String(stderr))
    assert.equal(await changesNothing([...UP, '--dry-run']), 'Nothing to do.')
    const plan = await changesNothing([...UP, '--dry-run', '--scale', 'gateway=2'])
    assert.match(plan, /gateway-2: create \(not there\)/)
    assert.match(plan, /publisher-1: stop \(config\/publisher-1\/\S+deployment\.toml changed\)/)
  })

  it('down: tells what would go', async () => {
    const plan = await changesNothing(['down', '--dry-run'])
    assert.match(plan, /gateway-1: stop/)
    assert.doesNotMatch(plan, /volume/)
    assert.match(await changesNothing(['down', '--volumes', '--dry-run']), /apim_mysql: remove volume/)
    assert.equal((await run(['down', '--volumes'])).exitCode, 0)
    assert.equal(await changesNothing(['down', '--dry-run']), 'Nothing to do.')
  })
})

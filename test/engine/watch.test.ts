import assert from 'node:assert/strict'
import {createInterface} from 'node:readline'
import type {LabStatus} from '../../src/lab/status.js'
import {LABELS} from '../../src/model/labels.js'
import {eventually} from '../support/eventually.js'
import {end, start} from './stub/life.js'
import type {Behaviour} from './stub/model.js'
import {prepareLab, type PreparedLab, type SweepLab} from './support/sweep-lab.js'

/** An event or a document, as it stands in a line of JSON. */
type Line = Record<string, unknown> & {readonly kind?: string; readonly node?: string; readonly state?: string}

describe('watching a lab', function () {
  this.timeout(120_000)
  let prepared: PreparedLab
  let lab: SweepLab

  before(async () => {
    prepared = await prepareLab('watch', 12_900)
    lab = prepared.lab
  })
  after(() => prepared.close())
  beforeEach(() => lab.begin('down'))

  const node = (name: string) => lab.stub.world.container(`sweep-${name}`)
  const helpers = () =>
    [...lab.stub.world.containers.values()].filter(({config}) => config.Labels?.[LABELS.helper] !== undefined)

  /** A command that goes on, and the lines that it has printed. */
  function watch(...args: readonly string[]) {
    const child = lab.spawn(args)
    const lines: string[] = []
    createInterface({input: child.stdout!}).on('line', line => lines.push(line))
    return {
      child,
      lines,
      shows: (what: RegExp) =>
        eventually(`${what} in ${lines.join('\n')}`, () => lines.some(line => what.test(line)), 20_000),
      async stop() {
        child.kill('SIGINT')
        const {exitCode, stderr} = await child
        assert.equal(exitCode, 130)
        // On a busy machine it may say that it is stopping.
        assert.doesNotMatch(String(stderr), /Next:|bug/)
        assert.deepEqual(helpers(), [], 'a helper is left')
      },
    }
  }

  it('tells that a node died, that it starts and that it is ready, a line each', async () => {
    const {lines, shows, stop} = watch('status', '--watch')
    await shows(/Z gateway-1 ready$/)
    const gateway = node('gateway-1')
    end(lab.stub.world, gateway, 137)
    await shows(/Z gateway-1 exited with code 137 \(SIGKILL\)$/)
    // No health check says that it is ready: a helper does.
    ;(gateway.behaviour as {healthyAfterMs?: number} & Behaviour).healthyAfterMs = 60_000
    const before = lines.length
    start(lab.stub.world, gateway)
    await eventually('it is ready again', () => lines.slice(before).some(line => /gateway-1 ready$/.test(line)))
    await stop()
    assert.deepEqual(
      lines.filter(line => / gateway-1 /.test(line)).map(line => line.replace(/^\S+ /, '')),
      ['gateway-1 ready', 'gateway-1 exited with code 137 (SIGKILL)', 'gateway-1 starting', 'gateway-1 ready'],
    )
  })

  it('asks the engine nothing while nothing happens', async () => {
    const {shows, stop} = watch('status', '--watch')
    await shows(/Z gateway-1 ready$/)
    const looks = () => lab.stub.calls.filter(({path}) => path.startsWith('/containers/json')).length
    const before = looks()
    // Told, and of no node: what a health check and other helpers do.
    for (let i = 0; i < 20; i++) lab.stub.world.emitContainer(node('gateway-1'), 'exec_die')
    end(lab.stub.world, node('gateway-1'), 1)
    await shows(/gateway-1 exited/)
    assert.equal(looks(), before + 1)
    await stop()
  })

  it('is a stream of documents with --json: the state, then events', async () => {
    const {child, lines, shows} = watch('status', '--watch', '--json')
    await eventually('the first document', () => lines.length > 0)
    const first = JSON.parse(lines[0]!) as LabStatus
    assert.equal(first.ready, true)
    end(lab.stub.world, node('gateway-1'), 1)
    await shows(/"kind":"node"/)
    const down = await lab.spawn(['down'])
    assert.equal(down.exitCode, 0, String(down.stderr))
    const {exitCode, stderr} = await child
    assert.deepEqual({exitCode, stderr}, {exitCode: 0, stderr: ''})
    const events = lines.slice(1).map(line => JSON.parse(line) as Line)
    assert.ok(events.every(({at, kind}) => typeof kind === 'string' && !Number.isNaN(Date.parse(String(at)))))
    const died = events.find(event => event.node === 'gateway-1')
    assert.equal(died?.state, 'exited')
    assert.equal(events.at(-1)?.kind, 'down')
  })

  it('ends as status would where nothing is left of the lab', async () => {
    const {child, shows} = watch('status', '--watch')
    await shows(/gateway-1 ready/)
    assert.equal((await lab.spawn(['down', '--volumes'])).exitCode, 0)
    const {exitCode, stdout, stderr} = await child
    assert.equal(exitCode, 1)
    assert.match(String(stdout), /Lab sweep is down\.$/)
    assert.match(String(stderr), /^There is no lab sweep\./)
  })

  it('of no lab is the error of status', async () => {
    const {exitCode, stderr} = await lab.spawn(['status', '--watch', '--lab', 'nope'])
    assert.equal(exitCode, 1)
    assert.match(String(stderr), /^There is no lab nope\./)
  })

  it('leaves the helper of one who watches to up, and takes it along with down', async () => {
    const gateway = node('gateway-1')
    ;(gateway.behaviour as {healthyAfterMs?: number} & Behaviour).healthyAfterMs = 60_000
    const {child, shows} = watch('status', '--watch')
    await shows(/gateway-1 ready/)
    // Nobody reaches it, so it is asked for as long as that lasts.
    const unreachable = async () => {
      for (const network of Object.keys(gateway.networks)) delete gateway.networks[network]
      end(lab.stub.world, gateway, 1)
      start(lab.stub.world, gateway)
      const [helper] = await eventually('a helper', () => helpers().length > 0 && helpers())
      assert.equal(helper!.config.Labels?.[LABELS.lasting], 'true')
      return helper!.id
    }
    const helper = await unreachable()
    await lab.run('up')
    const removed = lab.stub.calls.filter(({method, path}) => method === 'DELETE' && path.includes(helper))
    assert.deepEqual(removed, [], 'up took it for one that was left behind')
    await eventually('all are ready, and nobody is asked', () => helpers().length === 0)
    await unreachable()
    await lab.run('down')
    assert.deepEqual(helpers(), [])
    assert.equal((await child).exitCode, 0)
  })

  it('of links tells which break and heal', async () => {
    const {lines, shows, stop} = watch('links', '--watch', 'gateway->key-manager:9443')
    await shows(/ 1 links ok, 1 broken$/)
    end(lab.stub.world, node('key-manager-1'), 1)
    await shows(/Z gateway-1->key-manager-1:9443 \(.*\) broken: unused: .*; key-manager-1 is not running \(exited\)$/)
    const before = lines.length
    start(lab.stub.world, node('key-manager-1'))
    await eventually(
      'it is whole again',
      () => lines.slice(before).some(line => /gateway-1->key-manager-1:9443 .* ok: /.test(line)),
      20_000,
    )
    await stop()
  })

  it('of links ends with the lab, as links would', async () => {
    const {child, shows} = watch('links', '--watch', '--json', 'gateway->key-manager:9443')
    await shows(/^\[\{"id":"gateway-1->key-manager-1:9443"/)
    await lab.run('down')
    const {exitCode, stdout} = await child
    assert.equal(exitCode, 1)
    assert.match(String(stdout), /"kind":"down"/)
    assert.match(String(stdout), /^\{"error":\{"code":"lab-not-found"/m)
  })
})

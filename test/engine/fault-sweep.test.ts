import assert from 'node:assert/strict'
import {mkdir, mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {LabError} from '../../src/errors.js'
import {addFault} from '../../src/lab/faults/add.js'
import {clearFaults} from '../../src/lab/faults/clear.js'
import {listFaults} from '../../src/lab/faults/list.js'
import {FAULTS} from './stub/stub-engine.js'
import {copyProgram} from './support/program.js'
import {SweepLab} from './support/sweep-lab.js'

const LINK = 'gateway-1->key-manager-1:9443'

describe('a fault of which nothing is left, on the stub engine', function () {
  this.timeout(300_000)
  let folder: string
  let lab: SweepLab
  let requests = 0

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'apim-lab-fault-sweep-'))
    const root = await copyProgram(folder)
    const keys = join(folder, 'keys')
    await mkdir(keys)
    lab = await SweepLab.start({portOffset: 12_300, keys, root})
    await lab.begin('up')
    await lab.run('up')
    await lab.keepKeys(keys)
  })

  after(async () => {
    await lab.close()
    await rm(folder, {recursive: true, force: true})
  })

  const add = () =>
    lab.use((name, context) => addFault({lab: name, target: LINK, fault: {cut: true}, seconds: 60}, context))
  const clear = () => lab.use((name, context) => clearFaults(name, [], context))
  const list = () => lab.use(listFaults)
  const containers = () => lab.stub.snapshot().containers
  let untouched: readonly string[] = []

  beforeEach(async () => {
    // Begins with a lab that is up.
    await lab.begin('down')
    untouched = containers()
  })

  /** Whatever happened: a fault that is there is seen, `clear` ends it, and nothing of it stays. */
  const isWhole = async () => {
    lab.stub.resetCalls()
    const {faults} = await list()
    for (const {state, links} of faults) assert.deepEqual([state, links], ['active', [LINK]])
    await clear()
    assert.deepEqual((await list()).faults, [])
    assert.deepEqual(containers(), untouched)
  }

  it('is made once, seen, and ended', async () => {
    const {id} = await add()
    requests = lab.stub.calls.length
    const {faults} = await list()
    assert.deepEqual(
      faults.map(fault => [fault.id, fault.what, fault.node, fault.links, fault.state]),
      [[id, 'cut', 'gateway-1', [LINK], 'active']],
    )
    assert.deepEqual((await clear()).cleared, [id])
    await isWhole()
  })

  it('is seen when its helper was killed, and cleared then', async () => {
    const {id} = await add()
    const [helper] = containers().filter(name => !untouched.includes(name))
    const found = [...lab.stub.world.containers.values()].find(({name}) => name === helper)!
    found.status = 'exited'
    found.exitCode = 137
    assert.deepEqual(
      (await list()).faults.map(fault => [fault.id, fault.state]),
      [[id, 'left']],
    )
    assert.deepEqual((await clear()).cleared, [id])
    await isWhole()
  })

  it('that puts back what was before is the only one of its kind on a node', async () => {
    const readOnly = (seconds: number) =>
      lab.use((name, context) => addFault({lab: name, target: 'mysql', fault: {'db-readonly': true}, seconds}, context))
    const {id} = await readOnly(60)
    await assert.rejects(readOnly(5), (error: LabError) => {
      assert.equal(error.code, 'fault-impossible')
      assert.match(error.message, new RegExp(`^mysql has fault ${id} for \\d+ s more: databases read-only\\.`))
      assert.deepEqual(error.next, [`apim-lab fault clear ${id} --lab sweep`])
      return true
    })
    assert.deepEqual(
      (await list()).faults.map(fault => fault.id),
      [id],
    )
    assert.deepEqual((await clear()).cleared, [id])
    await readOnly(60)
    await clear()
    assert.deepEqual(containers(), untouched)
  })

  it('is none, or whole, after every failure of every request', async () => {
    let swept = 0
    for (let n = 1; n <= requests; n++) {
      for (const kind of FAULTS) {
        await lab.begin('down')
        lab.stub.failAt(n, kind)
        try {
          await add()
        } catch (error) {
          if (!(error instanceof LabError))
            throw new Error(`request ${n}, ${kind}: no error that a user can act on`, {cause: error})
          assert.ok(error.next.length > 0, error.message)
        }
        const call = lab.stub.calls[n - 1]
        await isWhole().catch((error: unknown) => {
          throw new Error(`request ${n}, ${kind}, ${call?.method} ${call?.path.slice(0, 90)}`, {cause: error})
        })
        swept++
      }
    }
    assert.ok(swept > 30)
  })

  it('is none, or whole, when the command is killed at every request', async () => {
    for (let n = 1; n <= requests; n++) {
      await lab.begin('down')
      const child = lab.spawn(['fault', 'add', LINK, '--cut'])
      lab.stub.onCall(n, async () => {
        child.kill('SIGKILL')
        await child
      })
      await child
      await isWhole().catch((error: unknown) => {
        throw new Error(`killed at request ${n}`, {cause: error})
      })
    }
  })

  it('goes with the lab', async () => {
    await add()
    await lab.run('down')
    assert.deepEqual(containers(), [])
  })
})

import assert from 'node:assert/strict'
import {fork} from 'node:child_process'
import {mkdir, mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {pointsOf, type Point} from './support/points.js'
import {copyProgram} from './support/program.js'
import {SweepLab, type Command, type SweepLabOptions} from './support/sweep-lab.js'
import type {Result, Share} from './support/sweep-worker.js'

const COMMANDS: readonly Command[] = ['up', 'change', 'down', 'save', 'restore', 'branch']
const PROCESSES = 2
const LABS_EACH = 3
const WORKER = fileURLToPath(new URL('support/sweep-worker.ts', import.meta.url))

async function work(share: Share): Promise<Result> {
  const child = fork(WORKER, {execArgv: ['--import', 'tsx']})
  child.send(share)
  return new Promise((resolve, reject) => {
    child.once('message', result => resolve(result as Result))
    child.once('exit', code => reject(new Error(`the worker ended with exit code ${code}`)))
  })
}

/** Every point, not only those that tell something new: SWEEP=all. Or those whose description holds this: SWEEP="down, request 3,". */
const ASKED = process.env['SWEEP'] ?? ''
const ONLY = ASKED === 'all' ? '' : ASKED

describe('nothing lost, nothing leaked, on the stub engine', function () {
  // All points take as long as they take.
  this.timeout(ASKED === '' ? 1_200_000 : 0)
  let folder: string
  let options: Omit<SweepLabOptions, 'portOffset'>
  const points: Point[] = []

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'apim-lab-sweep-'))
    const root = await copyProgram(folder)
    const keys = join(folder, 'keys')
    await mkdir(keys)
    const lab = await SweepLab.start({portOffset: 12_000, keys, root})
    try {
      for (const command of COMMANDS) {
        await lab.begin(command)
        await lab.run(command)
        points.push(...pointsOf(command, lab.stub.calls, ASKED !== ''))
        if (command === 'up') await lab.keepKeys(keys)
      }
    } finally {
      await lab.close()
    }
    options = {keys, root}
  })
  after(() => rm(folder, {recursive: true, force: true}))

  const labels = {'apim-lab.lab': 'sweep'}

  it('removes what the engine was still making for a run that was killed', async () => {
    const lab = await SweepLab.start({...options, portOffset: 12_000})
    try {
      await lab.begin('down')
      lab.stub.onCall(6, () => void lab.stub.world.addNetwork('sweep_late', {Labels: labels}))
      await lab.run('down')
      assert.deepEqual(lab.stub.snapshot().networks, [])
      await lab.takeDown()
    } finally {
      await lab.close()
    }
  })

  it('keeps nothing before the engine has shown that it sees the lab folder', async () => {
    const lab = await SweepLab.start({...options, portOffset: 12_000})
    try {
      await lab.begin('up')
      await lab.run('up')
      const helper = lab.stub.calls.find(({path}) => path.startsWith('/containers/create?name=sweep-helper'))!
      await lab.begin('up')
      lab.stub.failAt(helper.n, '500')
      assert.equal((await lab.attempt('up'))?.code, 'engine-failed')
      assert.deepEqual(lab.stub.snapshot().volumes, [])
    } finally {
      await lab.close()
    }
  })

  it('converges after every fault at every sort of request of up, a changing up, down, save, restore and branch, and at further ones', async function () {
    const chosen = points.filter(({command, n, kind}) => `${command}, request ${n}, ${kind}`.includes(ONLY))
    const shares = Array.from({length: PROCESSES}, (_, process) => ({
      points: chosen.filter((_, index) => index % PROCESSES === process),
      // Labs that are up at the same time publish different ports.
      labs: Array.from({length: LABS_EACH}, (_, lab) => ({
        ...options,
        portOffset: 12_010 + 10 * (process * LABS_EACH + lab),
      })),
    }))
    const results = await Promise.all(shares.map(work))
    const swept = results.reduce((sum, result) => sum + result.swept, 0)
    const failures = results.flatMap(result => result.failures)
    console.log(`      swept ${swept} points`)
    assert.equal(failures.length, 0, `${failures.length} points:\n${failures.join('\n')}`)
    if (ONLY === '') assert.ok(swept > 300)
  })
})

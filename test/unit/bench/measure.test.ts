import {equal, ok, rejects} from 'node:assert/strict'
import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {Load} from '../../bench/load.js'
import {measure} from '../../bench/measure.js'
import {eventually} from '../../support/eventually.js'

const isRunning = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('measuring a command', () => {
  let folder: string
  before(async () => (folder = await mkdtemp(join(tmpdir(), 'apim-lab-measure-'))))
  after(() => rm(folder, {recursive: true, force: true}))

  /** A command that heeds no polite end, with a child that does neither and keeps its output open. */
  const stubborn = (file: string) => [
    '-c',
    `trap '' TERM; (echo $BASHPID >${file}; while :; do sleep 1; done) & while :; do sleep 1; done`,
  ]
  const pidIn = (file: string) =>
    eventually('the child is there', async () => Number(await readFile(file, 'utf8')) || undefined)

  it('tells how long it took, its memory and the CPU-seconds', async () => {
    const busy = 'while (process.cpuUsage().user < 300_000); '
    const {seconds, cpuSeconds, peakMb} = await measure(process.execPath, ['-e', busy])
    ok(seconds >= 0.3 && cpuSeconds >= 0.2 && peakMb > 10, JSON.stringify({seconds, cpuSeconds, peakMb}))
  })

  it('fails with the output of a command that failed', async () => {
    await rejects(measure('bash', ['-c', 'echo told; exit 3']), /ended with 3:\ntold/)
    await rejects(measure('/no/such/command', []), /ENOENT/)
  })

  it('gives up at the limit, and leaves nothing behind', async () => {
    const file = join(folder, 'limit')
    const asked = rejects(measure('bash', stubborn(file), {limitMs: 1000, graceMs: 100}), /took longer than 1 s/)
    const pid = await pidIn(file)
    await asked
    await eventually('its child is gone', () => !isRunning(pid))
  })

  it('stops when it is told to, and leaves nothing behind', async () => {
    const file = join(folder, 'abort')
    const controller = new AbortController()
    const asked = rejects(measure('bash', stubborn(file), {signal: controller.signal, graceMs: 100}), {
      name: 'AbortError',
    })
    const pid = await pidIn(file)
    controller.abort()
    await asked
    await eventually('its child is gone', () => !isRunning(pid))
  })
})

describe('the load of a bench', () => {
  it('is busy until it is stopped', async () => {
    const load = Load.start(2)
    const {pids} = load
    await eventually('both have used the processor', async () => (await load.cpuSeconds()) > 0.2)
    await load.stop()
    equal(pids.length, 2)
    equal(pids.some(isRunning), false)
  })
})

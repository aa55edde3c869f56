import assert from 'node:assert/strict'
import {readdir, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {prepareLab, type Command, type PreparedLab, type SweepLab} from './support/sweep-lab.js'

/** Exit status by signal, as a shell has it. */
const STATUS = {SIGINT: 130, SIGTERM: 143, SIGHUP: 129} as const
const SIGNALS = Object.keys(STATUS) as (keyof typeof STATUS)[]
/** Requests of a command at which it gets a signal: the first, the last, and as many in between. */
const POINTS = 6
/** So many requests at a command's end may be asked at once: of each container, how it lives. */
const LAST = 6
const IMAGE_FILE = 'images.tar'
const REPORT = 'report.zip'
/** What commands make in their working directory. */
const MADE = [IMAGE_FILE, REPORT]
/** It is there from the start. */
const SAVED = 'saved.tar'

interface Case {
  readonly args: readonly string[]
  /** What the lab begins with. */
  readonly begin: Command
  /** The lab is taken on afterwards by the same command. */
  readonly converges?: boolean
}

const CASES: readonly Case[] = [
  {args: ['up'], begin: 'up', converges: true},
  {args: ['down'], begin: 'down', converges: true},
  {args: ['restart', 'gateway-1'], begin: 'down'},
  {args: ['stop', 'gateway-1'], begin: 'down'},
  {args: ['status'], begin: 'down'},
  {args: ['status', '--json'], begin: 'down'},
  {args: ['status', '--watch'], begin: 'down'},
  {args: ['links'], begin: 'down'},
  {args: ['links', '--watch', '--json'], begin: 'down'},
  {args: ['verify'], begin: 'down'},
  {args: ['logs', '--follow'], begin: 'down'},
  {args: ['wait', '--ready'], begin: 'down'},
  {args: ['wait', 'gateway-1', '--http', '/', '--log', 'never', '--timeout', '2'], begin: 'down'},
  {args: ['exec', 'gateway-1', '--', 'true'], begin: 'down'},
  {args: ['images', 'list'], begin: 'down'},
  {args: ['images', 'save', IMAGE_FILE, '--release', 'mini'], begin: 'down'},
  {args: ['images', 'load', SAVED], begin: 'down'},
  {args: ['snapshot', 'save', 'mine'], begin: 'down'},
  {args: ['capture', '--output', REPORT], begin: 'down'},
]

describe('a signal while a command runs', function () {
  this.timeout(600_000)
  let prepared: PreparedLab
  let lab: SweepLab

  before(async () => {
    prepared = await prepareLab('signals', 12_600)
    lab = prepared.lab
    const {exitCode, stderr} = await lab.spawn(['images', 'save', SAVED, '--release', 'mini'])
    assert.equal(exitCode, 0, stderr)
  })
  after(() => prepared.close())

  const removeMade = () => Promise.all(MADE.map(file => rm(join(lab.folder, file), {force: true})))

  const argumentsOf = ({args}: Case) => (args[0] === 'up' ? lab.argumentsOf('up') : args)

  /** The command, with a signal at one request; whether it came as far as that. `ownStatus`: what it may end with all the same. */
  const signalled = async (one: Case, at: number, signal: keyof typeof STATUS, ownStatus?: number) => {
    await lab.begin(one.begin)
    const child = lab.spawn(argumentsOf(one))
    let came = false
    lab.stub.onCall(at, () => {
      came = true
      child.kill(signal)
    })
    const {exitCode, stdout, stderr, timedOut} = await child
    if (!came) return false
    const what = `${signal} at request ${at}: exit code ${exitCode}\n${stdout}\n${stderr}`
    assert.ok(!timedOut, what)
    // With its last requests, which may be asked at once, a command may have ended before it heard of the signal.
    assert.ok(exitCode === STATUS[signal] || exitCode === (ownStatus ?? STATUS[signal]), what)
    assert.doesNotMatch(stdout + stderr, /This is a bug|^ {4}at /m, what)
    const files = (await readdir(lab.folder)).filter(file => MADE.some(made => file.startsWith(made)))
    // By then it may have its name, which it gets when it is whole.
    const half = files.filter(file => !MADE.includes(file) || ownStatus === undefined)
    assert.deepEqual(half, [], 'a file is left half made')
    await removeMade()
    lab.stub.resetCalls()
    return true
  }

  for (const one of CASES)
    it(`ends ${one.args.join(' ')} with the signal's status, at any request`, async () => {
      await lab.begin(one.begin)
      const whole = lab.spawn(argumentsOf(one))
      // Some go on until they are told to stop.
      let last = 0
      const quiet = setInterval(() => {
        if (last > 0 && last === lab.stub.calls.length) whole.kill('SIGKILL')
        last = lab.stub.calls.length
      }, 1_500)
      const {exitCode: ownStatus = 0} = await whole
      clearInterval(quiet)
      await removeMade()
      const count = lab.stub.calls.length
      assert.ok(count > 0)
      const points = [
        ...new Set(Array.from({length: POINTS}, (_, i) => 1 + Math.round((i * (count - 1)) / (POINTS - 1)))),
      ]
      let reached = 0
      for (const [index, at] of points.entries()) {
        const isLast = at > count - LAST
        if (!(await signalled(one, at, SIGNALS[index % SIGNALS.length]!, isLast ? ownStatus : undefined))) continue
        reached++
        if (one.converges) {
          await lab.converge(one.begin)
          await lab.takeDown()
        }
      }
      assert.ok(reached > 0)
    })
})

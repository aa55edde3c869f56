import {fork} from 'node:child_process'
import {readdir} from 'node:fs/promises'
import {join, relative} from 'node:path'
import {fileURLToPath} from 'node:url'
import {execa} from 'execa'
import {LANES, LANES_AT_ONCE, type Lane} from './lanes.js'
import type {LaneResult} from './run-lane.js'
import {waitForPort} from './support/hold-port.js'

/** Who has this port runs what uses the machine's engine: one run of a machine at a time. */
const TURN_PORT = 11_000

/** So many files are named at the end, the one that took longest first. */
const SLOWEST = 25

const here = fileURLToPath(new URL('.', import.meta.url))
const root = join(here, '..')

/** Paths from this folder, in the order of their lane. */
async function testFiles(suites: readonly string[]): Promise<readonly string[]> {
  const files = (await readdir(here, {recursive: true})).filter(file => file.endsWith('.test.ts')).toSorted()
  return files.filter(file => suites.length === 0 || suites.includes(file.split('/')[0]!))
}

const seconds = (since: number) => `${Math.round((Date.now() - since) / 1000)} s`

/** Runs a lane in a process of its own. Beside others its output comes at its end, in one piece. */
async function runLane(name: string, files: readonly string[], alone: boolean): Promise<LaneResult> {
  const from = Date.now()
  const paths = files.map(file => join(here, file))
  const child = fork(join(here, 'run-lane.ts'), paths, {stdio: alone ? 'inherit' : ['ignore', 'pipe', 'pipe', 'ipc']})
  const output: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => output.push(chunk))
  const died = {title: `lane ${name}`, reason: 'ended before its tests did'}
  let result: LaneResult = {passes: 0, failures: [died], pending: 0, seconds: {}}
  child.once('message', message => (result = message as LaneResult))
  await new Promise<void>(resolve => child.once('close', () => resolve()))
  process.stdout.write(Buffer.concat(output))
  console.log(`lane ${name}: ${result.passes} passed, ${result.failures.length} failed, in ${seconds(from)}`)
  return result
}

const laneOf = (file: string): Lane | undefined => LANES.find(({files}) => files.some(it => file.startsWith(it)))

const all = await testFiles(process.argv.slice(2))
const homeless = all.filter(file => !laneOf(file))
if (homeless.length > 0) throw new Error(`no lane in test/lanes.ts has ${homeless.join(', ')}`)

const chosen = LANES.map(lane => ({lane, files: all.filter(file => laneOf(file) === lane)})).filter(
  ({files}) => files.length > 0,
)

/** Waits until the engine is this run's, and builds the images: two that build them at once would get two of each. */
async function takeEngine(): Promise<void> {
  await waitForPort(TURN_PORT, () => console.log('waiting until another test run has finished with the engine'))
  await execa('node', ['bin/run.js', 'images', 'build', '--offline'], {cwd: root, stdio: 'inherit'})
}

const engine = chosen.some(({lane}) => lane.engine) ? takeEngine() : Promise.resolve()
const results: LaneResult[] = []

/** Runs lanes in their order, so many at once. */
async function runLanes(lanes: typeof chosen, atOnce: number): Promise<void> {
  const waiting = [...lanes]
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      if (next.lane.engine) await engine
      results.push(await runLane(next.lane.name, next.files, chosen.length === 1 || atOnce === 1))
    }
  }
  await Promise.all(Array.from({length: atOnce}, work))
}

await runLanes(
  chosen.filter(({lane}) => !lane.alone),
  LANES_AT_ONCE,
)
await runLanes(
  chosen.filter(({lane}) => lane.alone),
  1,
)

const times = results.flatMap(it => Object.entries(it.seconds)).toSorted(([, a], [, b]) => b - a)
console.log('\nslowest files:')
for (const [file, took] of times.slice(0, SLOWEST))
  console.log(`${String(Math.round(took)).padStart(6)} s  ${relative(here, file)}`)

const sum = (of: 'passes' | 'pending') => results.reduce((total, it) => total + it[of], 0)
const failures = results.flatMap(it => it.failures)
// Once more at the end: of a long log often only that is kept.
for (const {title, reason} of failures) console.log(`\nfailed: ${title}\n${reason}`)
console.log(`\n${sum('passes')} passed, ${failures.length} failed, ${sum('pending')} skipped`)
// In CI a test that does not run proves nothing.
const failed = failures.length + (process.env['CI'] ? sum('pending') : 0)
process.exit(failed > 0 || sum('passes') === 0 ? 1 : 0)

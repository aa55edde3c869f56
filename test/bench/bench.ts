// What a lab costs: `npm run bench -- [--only NAME[,NAME]] [--load] [--json FILE]`. Exit status 1 when a figure is over its limit.
import {writeFile} from 'node:fs/promises'
import {cpus, loadavg, release, totalmem} from 'node:os'
import {parseArgs} from 'node:util'
import {docker} from '../integration/support/test-lab.js'
import {compose} from './compose.js'
import {crowd} from './crowd.js'
import {Context, untilQuiet, type Bench} from './context.js'
import {figuresText, isOver, type Figure} from './figures.js'
import {growth} from './growth.js'
import {idle} from './idle.js'
import {parts} from './parts.js'
import {size} from './size.js'
import {snapshots} from './snapshots.js'
import {start} from './start.js'

const BENCHES: Readonly<Record<string, Bench>> = {compose, idle, parts, growth, crowd, size, snapshots, start}
const EXIT: Partial<Record<NodeJS.Signals, number>> = {SIGHUP: 129, SIGINT: 130, SIGTERM: 143}

interface Result {
  readonly bench: string
  readonly began: string
  /** Of the last minute, when it began and when it ended. */
  readonly loadAverage: readonly [number, number]
  readonly figures: readonly Figure[]
  /** Why it has no figures. */
  readonly error?: string
}

function usage(text: string): never {
  const names = Object.entries(BENCHES).map(([name, {summary}]) => `  ${name.padEnd(9)} ${summary}`)
  const options = '[--only NAME[,NAME]] [--load] [--json FILE]'
  console.error([text, `usage: npm run bench -- ${options}`, ...names].join('\n'))
  process.exit(2)
}

function readArguments() {
  try {
    const {values} = parseArgs({options: {only: {type: 'string'}, load: {type: 'boolean'}, json: {type: 'string'}}})
    return values
  } catch (error) {
    return usage((error as Error).message)
  }
}

const {only, load = false, json} = readArguments()
const asked = only?.split(',') ?? Object.keys(BENCHES)
const unknown = asked.find(name => !Object.hasOwn(BENCHES, name))
if (unknown !== undefined) usage(`there is no bench called ${JSON.stringify(unknown)}`)

const interrupt = new AbortController()
for (const [signal, status] of Object.entries(EXIT)) {
  process.once(signal, () => {
    process.exitCode = status
    console.error(`${signal}: taking down what was made`)
    interrupt.abort()
  })
}

const context = new Context(interrupt.signal, text => console.log(`  ${text}`))

async function run(bench: string): Promise<Result> {
  console.log(`\n${bench}: ${BENCHES[bench]!.summary}${load ? ', under load' : ''}`)
  if (!load) await untilQuiet(context)
  const [before] = loadavg()
  const began = new Date().toISOString()
  const use = () => BENCHES[bench]!.run(context)
  const measured = await (load ? context.underLoad(use) : use()).then(
    figures => ({figures}),
    (error: unknown) => ({figures: [], error: String(error)}),
  )
  interrupt.signal.throwIfAborted()
  const [after] = loadavg()
  console.log('error' in measured ? `  failed: ${measured.error}` : figuresText(measured.figures).trimEnd())
  console.log(`  load average ${before!.toFixed(2)} before, ${after!.toFixed(2)} after`)
  return {bench, began, loadAverage: [before!, after!], ...measured}
}

try {
  const results: Result[] = []
  for (const bench of asked) results.push(await run(bench))
  const over = results.flatMap(({figures}) => figures).filter(isOver)
  const failed = results.filter(({error}) => error !== undefined)
  if (json !== undefined) {
    const {ServerVersion: engine, CgroupVersion: cgroup} = await docker.info()
    const {model} = cpus()[0]!
    const machine = {cpus: cpus().length, model, memoryBytes: totalmem(), kernel: release(), engine, cgroup}
    await writeFile(json, `${JSON.stringify({machine, load, results}, undefined, 2)}\n`)
  }
  console.log(`\n${over.length} over the limit, ${failed.length} failed`)
  if (over.length + failed.length > 0) process.exitCode = 1
} catch (error) {
  if (!interrupt.signal.aborted) throw error
}

// What a cold `up` costs in relation to the one of another commit, in turns and in one run: `npm run bench:earlier -- COMMIT`.
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {execa} from 'execa'
import {TestLab} from '../integration/support/test-lab.js'
import {ROOT} from '../support/lab.js'
import {Context, untilQuiet} from './context.js'
import {figuresText, isOver, ratio} from './figures.js'
import type {Measured} from './measure.js'

const ROUNDS = 3
/** "Half of it": of the CPU-seconds of the commit that is compared with. */
const MOST_CPU = 0.5

const [commit] = process.argv.slice(2)
if (commit === undefined) {
  console.error('usage: npm run bench:earlier -- COMMIT')
  process.exit(2)
}

const interrupt = new AbortController()
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort())
const context = new Context(interrupt.signal, text => console.log(`  ${text}`))

/** Checks the commit out and builds it. */
async function checkOut(folder: string): Promise<void> {
  const options = {cwd: folder, cancelSignal: interrupt.signal}
  await execa('git', ['clone', '--quiet', '--no-checkout', ROOT, folder], {cancelSignal: interrupt.signal})
  await execa('git', ['checkout', '--quiet', commit!], options)
  await execa('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], options)
  await execa('npm', ['run', '--silent', 'build'], options)
}

/** One cold `up` by the program in a folder. Images of both have the same names: each makes its own first, from the engine's cache. */
async function coldUp(root: string, lab: TestLab): Promise<Measured> {
  const run = (...args: string[]) =>
    context.measure('node', [join(root, 'bin/run.js'), ...args], {env: lab.environment, limitMs: 600_000})
  const up = () =>
    run('up', '--lab', lab.name, '--release', 'mini', '--offline', '--port-offset', String(lab.portOffset))
  try {
    await run('images', 'build', '--offline')
    // Certificates, rendered files and ready-made databases are there before anything is timed.
    await up()
    await run('down', '--lab', lab.name, '--volumes')
    return await up()
  } finally {
    await execa('node', [join(root, 'bin/run.js'), 'down', '--lab', lab.name, '--volumes'], {env: lab.environment})
  }
}

await untilQuiet(context)
const folder = await mkdtemp(join(tmpdir(), 'apim-lab-earlier-'))
const lab = await TestLab.create('earlier')
try {
  await checkOut(folder)
  const [now, before]: [Measured[], Measured[]] = [[], []]
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, root, samples] of [
      [commit, folder, before],
      ['this one', ROOT, now],
    ] as const) {
      const measured = await coldUp(root, lab)
      samples.push(measured)
      context.say(`${name.padEnd(12)} ${measured.seconds.toFixed(2)} s, ${measured.cpuSeconds.toFixed(2)} CPU-s`)
    }
  }
  const of = (samples: readonly Measured[], key: keyof Measured) => samples.map(it => it[key])
  const figures = [
    ratio('cold up, time', of(now, 'seconds'), of(before, 'seconds'), {unit: 's', most: 1}),
    ratio('cold up, CPU', of(now, 'cpuSeconds'), of(before, 'cpuSeconds'), {unit: 'CPU-s', most: MOST_CPU}),
  ]
  console.log(figuresText(figures).trimEnd())
  if (figures.some(isOver)) process.exitCode = 1
} finally {
  await lab.remove()
  await rm(folder, {recursive: true, force: true})
}

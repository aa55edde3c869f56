// Compares this program with the real `docker compose` on the very compose file that it renders: one run, one machine, medians.
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {execa} from 'execa'
import type {LabStatus} from '../../src/lab/status.js'
import {ROOT} from '../support/lab.js'
import {measure, median, type Measured} from './measure.js'

const ROUNDS = 3
const LAB = `bench-${process.pid}`

interface Limit {
  readonly name: string
  readonly ours: string
  readonly theirs: string
  readonly most: number
}

const LIMITS: readonly Limit[] = [
  {name: 'up, empty databases', ours: 'ours cold', theirs: 'compose cold', most: 0.75},
  {name: 'up, volumes kept', ours: 'ours warm', theirs: 'compose warm', most: 0.5},
  {name: 'up, nothing to do', ours: 'ours again', theirs: 'compose again', most: 0.5},
  {name: 'down', ours: 'ours down', theirs: 'compose down', most: 0.8},
  {name: 'status, against node -e 0', ours: 'status', theirs: 'node', most: 4},
]

const dataHome = await mkdtemp(join(tmpdir(), 'apim-lab-bench-'))
const env = {XDG_DATA_HOME: dataHome, NO_COLOR: '1'}
const composeFile = join(dataHome, 'apim-lab/labs', LAB, 'compose.yaml')
const samples = new Map<string, Measured[]>()
/** Of each round, with the databases kept. */
const slowest: number[] = []

const lab = (...args: string[]) => [join(ROOT, 'bin/run.js'), ...args, '--lab', LAB]
const up = lab('up', '--release', 'mini', '--offline', '--port-offset', '20000')
const compose = (...args: string[]) => ['compose', '--progress', 'quiet', '-f', composeFile, ...args]

async function sample(name: string, command: string, args: readonly string[]): Promise<void> {
  const measured = await measure(command, args, env)
  samples.set(name, [...(samples.get(name) ?? []), measured])
  console.log(`${name.padEnd(16)} ${measured.seconds.toFixed(2)} s`)
}

const seconds = (name: string) => median((samples.get(name) ?? []).map(measured => measured.seconds))

/** Each side begins with nothing in the engine; the rendered files stay. Engine 20.10 sometimes keeps a network that nobody is in. */
const clean = () => execa('docker', compose('down', '-v', '--remove-orphans'), {reject: false})

async function ours(): Promise<void> {
  await clean()
  await sample('ours cold', 'node', up)
  await sample('ours again', 'node', up)
  await sample('status', 'node', lab('status'))
  await sample('node', 'node', ['-e', '0'])
  await sample('ours down', 'node', lab('down'))
  await sample('ours warm', 'node', up)
  slowest.push(await slowestReady())
}

async function theirs(): Promise<void> {
  await clean()
  await sample('compose cold', 'docker', compose('up', '-d', '--wait'))
  await sample('compose again', 'docker', compose('up', '-d', '--wait'))
  await sample('compose down', 'docker', compose('down'))
  await sample('compose warm', 'docker', compose('up', '-d', '--wait'))
}

/** Seconds from a container's start to its component's word that it is ready, of the slowest. */
async function slowestReady(): Promise<number> {
  const {stdout} = await execa('docker', [
    'ps',
    '-q',
    '--filter',
    `label=apim-lab.lab=${LAB}`,
    '--filter',
    'label=apim-lab.release=mini',
  ])
  const times = stdout.split('\n').map(async id => {
    const [started, logged] = await Promise.all([
      execa('docker', ['inspect', '-f', '{{.State.StartedAt}}', id]),
      execa('docker', ['logs', '-t', id]),
    ])
    const ready = logged.stdout
      .split('\n')
      .findLast(line => line.includes('WSO2 Carbon started in'))
      ?.split(' ')[0]
    return ready ? (Date.parse(ready) - Date.parse(started.stdout)) / 1000 : 0
  })
  return Math.max(...(await Promise.all(times)))
}

const rendering = async () =>
  JSON.parse((await execa('node', ['--import', 'tsx', join(ROOT, 'test/bench/rendering.ts')])).stdout) as {
    first: number
    median: number
  }

try {
  // Images, certificates and the rendered files are there before anything is timed.
  await execa('node', up, {env})
  const {stdout} = await execa('node', lab('status', '--json'), {env})
  const {nodes} = JSON.parse(stdout) as LabStatus
  const miniMb = Math.max(
    ...nodes.filter(({image}) => image.includes('/mini')).map(({memoryBytes}) => memoryBytes / 1024 / 1024),
  )
  for (let round = 0; round < ROUNDS; round++) {
    await ours()
    await theirs()
  }
  console.log(`\nmedians of ${ROUNDS}`)
  let missed = 0
  for (const {name, ours: mine, theirs: other, most} of LIMITS) {
    const ratio = seconds(mine) / seconds(other)
    const verdict = ratio <= most ? 'ok' : 'MISSED'
    if (ratio > most) missed += 1
    console.log(
      `${name.padEnd(28)} ${seconds(mine).toFixed(2)} s / ${seconds(other).toFixed(2)} s = ${ratio.toFixed(2)} (at most ${most}) ${verdict}`,
    )
  }
  const peak = Math.max(
    ...[...samples].filter(([name]) => name.startsWith('ours')).flatMap(([, all]) => all.map(({peakMb}) => peakMb)),
  )
  console.log(`peak memory of the command    ${peak.toFixed(0)} MB (at most 150)`)
  console.log(`mini ready, databases kept     ${median(slowest).toFixed(2)} s after its container's start (at most 5)`)
  console.log(`memory of a mini component    ${miniMb.toFixed(0)} MB (at most 120)`)
  const {first, median: next} = await rendering()
  console.log(
    `rendering 50 nodes            ${next.toFixed(0)} ms, ${first.toFixed(0)} ms the first time in a process (at most 100)`,
  )
  process.exitCode = missed > 0 ? 1 : 0
} finally {
  await execa('node', lab('down', '--volumes'), {env, reject: false})
  await rm(dataHome, {recursive: true, force: true})
}

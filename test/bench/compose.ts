// Compares this program with the real `docker compose` on the very compose file that it renders: one run, one machine, medians.
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {execa} from 'execa'
import {ROOT} from '../support/lab.js'
import {BenchLab} from './bench-lab.js'
import type {Bench, Context} from './context.js'
import {ratio, type Figure} from './figures.js'
import {withInterval} from './interval.js'
import type {Measured} from './measure.js'

const ROUNDS = 3
/** They learn from health checks that a node is ready, we do not: with 30 s between two checks there would be nothing to compare. */
const INTERVAL_SECONDS = 1

const LIMITS = [
  {what: 'up, empty databases', sample: 'cold', most: 0.6},
  {what: 'up, volumes kept', sample: 'kept', most: 0.5},
  {what: 'up, nothing to do', sample: 'again', most: 0.3},
  {what: 'down', sample: 'down', most: 0.7},
] as const
const STATUS_MOST = 3

/** What is measured, by name, in the order in which it was. */
class Samples {
  readonly #all = new Map<string, Measured[]>()

  constructor(private readonly context: Context) {}

  async add(name: string, measured: Promise<Measured>): Promise<void> {
    const it = await measured
    this.#all.set(name, [...(this.#all.get(name) ?? []), it])
    this.context.say(`${name.padEnd(16)} ${it.seconds.toFixed(2)} s, ${it.cpuSeconds.toFixed(2)} CPU-s`)
  }

  of(name: string, key: keyof Measured): readonly number[] {
    return (this.#all.get(name) ?? []).map(measured => measured[key])
  }
}

async function ours(lab: BenchLab, context: Context, samples: Samples): Promise<void> {
  await samples.add('ours cold', lab.up())
  await samples.add('ours again', lab.up())
  await samples.add('status', lab.run('status'))
  await samples.add('node', context.measure('node', ['-e', '0']))
  await samples.add('ours down', lab.run('down'))
  await samples.add('ours kept', lab.up())
}

async function theirs(compose: (...args: string[]) => Promise<Measured>, samples: Samples): Promise<void> {
  const up = () => compose('up', '-d', '--wait')
  await samples.add('compose cold', up())
  await samples.add('compose again', up())
  await samples.add('compose down', compose('down'))
  await samples.add('compose kept', up())
}

async function figures(context: Context): Promise<readonly Figure[]> {
  await execa(join(ROOT, 'test/support/compose-v2.sh'))
  const folder = await mkdtemp(join(tmpdir(), 'apim-lab-bench-'))
  try {
    return await BenchLab.with(context, async lab => {
      // Images, certificates and the rendered files are there before anything is timed.
      await lab.up()
      const file = join(folder, 'compose.yaml')
      await writeFile(file, withInterval(await readFile(join(lab.folder, 'compose.yaml'), 'utf8'), INTERVAL_SECONDS))
      const compose = (...args: string[]) =>
        context.measure('docker', [
          ...['compose', '--progress', 'quiet', '--project-directory', lab.folder, '-f', file],
          ...args,
        ])
      // Each side begins with nothing in the engine; the rendered files stay. Engine 20.10 sometimes keeps a network that nobody is in.
      const clean = async () => {
        await compose('down', '-v', '--remove-orphans').catch((error: unknown) => context.say(String(error)))
        context.signal.throwIfAborted()
      }
      const samples = new Samples(context)
      for (let round = 0; round < ROUNDS; round++) {
        await clean()
        await ours(lab, context, samples)
        await clean()
        await theirs(compose, samples)
      }
      return [
        ...LIMITS.flatMap(({what, sample, most}) =>
          ([['seconds', 's'] as const, ['cpuSeconds', 'CPU-s'] as const] as const).map(([key, unit]) =>
            ratio(`${what}, ${unit}`, samples.of(`ours ${sample}`, key), samples.of(`compose ${sample}`, key), {
              unit,
              most,
            }),
          ),
        ),
        ratio('status, against node -e 0', samples.of('status', 'seconds'), samples.of('node', 'seconds'), {
          unit: 's',
          most: STATUS_MOST,
        }),
      ]
    })
  } finally {
    await rm(folder, {recursive: true, force: true})
  }
}

export const compose: Bench = {summary: 'up, down and status, in relation to docker compose and node', run: figures}

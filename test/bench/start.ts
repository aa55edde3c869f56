import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {cp, mkdir, mkdtemp, rm, symlink} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {ROOT} from '../support/lab.js'
import type {Bench, Context} from './context.js'
import {readProcessCpu} from './cpu.js'
import {median, ratio} from './figures.js'

const RUNS = 20
/** By what is measured: a command that does next to nothing, and one that asks the engine. */
const COMMANDS = {version: ['--version'], status: ['status', '--lab', 'no-such-lab']} as const

interface Started {
  readonly seconds: number
  readonly cpuSeconds: number
}

/** Runs a command to its end, with any exit status. */
async function run(context: Context, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Started> {
  context.signal.throwIfAborted()
  const cpu = async () => (await readProcessCpu(process.pid))!.children
  const [before, start] = [await cpu(), process.hrtime.bigint()]
  await once(spawn(process.execPath, args, {stdio: 'ignore', env: {...process.env, ...env}}), 'exit')
  return {seconds: Number(process.hrtime.bigint() - start) / 1e9, cpuSeconds: (await cpu()) - before}
}

/** The program of this source with every package loaded at start. Returns its folder. */
async function buildEager(context: Context, folder: string): Promise<string> {
  const root = join(folder, 'eager')
  await mkdir(root)
  for (const name of ['bin', 'package.json']) await cp(join(ROOT, name), join(root, name), {recursive: true})
  for (const name of ['src', 'node_modules', 'templates']) await symlink(join(ROOT, name), join(root, name))
  await run(context, [join(root, 'bin/build.js')], {APIM_LAB_BUILD_EAGER: '1'})
  return root
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

/** What a short command costs, as it is built and with every package loaded at start; one after the other, so that both see the same machine. */
export const start: Bench = {
  summary: 'the start of short commands, with and without lazy packages',
  async run(context) {
    const folder = await mkdtemp(join(tmpdir(), 'apim-lab-bench-start-'))
    try {
      const roots = {ours: ROOT, eager: await buildEager(context, folder)}
      const figures = []
      for (const [name, args] of Object.entries(COMMANDS)) {
        const samples: Record<keyof typeof roots, Started[]> = {ours: [], eager: []}
        for (let i = 0; i < RUNS; i++) {
          for (const of of ['ours', 'eager'] as const)
            samples[of].push(
              await run(context, [join(roots[of], 'bin/run.js'), ...args], {XDG_DATA_HOME: join(folder, 'data')}),
            )
        }
        // The kernel counts in steps of 10 ms: the mean of many is finer.
        const cpu = (of: keyof typeof roots) => [mean(samples[of].map(({cpuSeconds}) => cpuSeconds * 1000))]
        figures.push(
          {name: `${name}: time`, value: median(samples.ours.map(({seconds}) => seconds * 1000)), unit: 'ms'},
          {name: `${name}: CPU time`, value: cpu('ours')[0]!, unit: 'ms'},
          ratio(`${name}: CPU time to all at start`, cpu('ours'), cpu('eager'), {unit: 'ms', most: 1}),
        )
      }
      return figures
    } finally {
      await rm(folder, {recursive: true})
    }
  },
}

import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {execa} from 'execa'
import type {Row} from '../../src/lab-events/link-row.js'
import {isDatabaseRow} from '../../src/lab-events/link-row.js'
import type {VerifyResult} from '../../src/lab/verify/verify.js'
import {ROOT} from '../support/lab.js'

/** What was seen: `ok`, or what was not. */
export type Seen = ReadonlyMap<string, string>

export interface WalkOptions {
  readonly lab: string
  /** Lines of the lab file. */
  readonly labFile: readonly string[]
  /** Flags of `up`. */
  readonly upFlags: readonly string[]
  readonly portOffset: number
  readonly say: (text: string) => void
}

const rowName = (row: Row) =>
  isDatabaseRow(row)
    ? `${row.client} -> ${row.server}: ${row.database}`
    : `${row.client} -> ${row.server}:${row.port}, ${row.purpose}`

const OVERLAY = '[apim.cache.gateway_token]\nexpiry_time = 60\n'

/** Brings a lab up, asks its links, walks the life of an API, stops and starts it, changes a node and takes it down; tells what was seen of each. */
export async function walk({lab, labFile, upFlags, portOffset, say}: WalkOptions): Promise<Seen> {
  const seen = new Map<string, string>()
  const home = await mkdtemp(join(tmpdir(), 'apim-lab-product-walk-'))
  const file = join(home, 'apim-lab.yaml')
  const run = async (args: readonly string[]) => {
    say(`apim-lab ${args.join(' ')}`)
    const env = {XDG_DATA_HOME: home, NO_COLOR: '1'}
    const options = {cwd: home, env, reject: false} as const
    return execa('node', [join(ROOT, 'bin/run.js'), ...args, '--lab', lab], options)
  }
  /** Notes how a command ended; its last line where it failed. */
  const step = async (name: string, args: readonly string[]) => {
    const start = Date.now()
    const {exitCode, stdout, stderr} = await run(args)
    const told = String(stderr).trim() || String(stdout).trim()
    seen.set(name, exitCode === 0 ? 'ok' : told.split('\n').slice(-6).join(' '))
    say(`  ${exitCode === 0 ? 'ok' : 'FAILED'} after ${Math.round((Date.now() - start) / 1000)} s`)
    return exitCode === 0
  }
  const json = async <T>(args: readonly string[]) => JSON.parse(String((await run([...args, '--json'])).stdout)) as T
  const up = ['up', '--small', '--port-offset', String(portOffset), ...upFlags]
  try {
    await writeFile(file, `${labFile.join('\n')}\n`)
    if (!(await step('up --small', up))) return seen
    for (const row of await json<readonly Row[]>(['links']))
      seen.set(`link ${rowName(row)}`, row.state === 'ok' ? 'ok' : row.detail)
    const {steps = []} = await json<Partial<VerifyResult>>(['verify'])
    if (steps.length === 0) seen.set('verify', 'it told no step')
    for (const {name, ok, skipped, detail} of steps)
      seen.set(`verify ${name}`, ok ? (skipped ? `skipped: ${detail}` : 'ok') : detail)
    await step('stop', ['stop'])
    await step('start', ['start'])
    await writeFile(join(home, 'gateway.toml'), OVERLAY)
    await writeFile(file, `${labFile.join('\n')}\ncomponents:\n  gateway:\n    overlay: gateway.toml\n`)
    await step('up with a changed overlay', up)
    return seen
  } finally {
    await step('down --volumes', ['down', '--volumes'])
    await rm(home, {recursive: true, force: true})
  }
}

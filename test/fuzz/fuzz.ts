import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import * as fc from 'fast-check'
import {processes} from '../../src/cli/processes.js'
import {DataDirectory} from '../../src/disk/data-directory.js'
import {LabError} from '../../src/errors.js'
import type {LabContext} from '../../src/lab/context.js'
import {importFiles} from '../../src/lab/import.js'
import {lint} from '../../src/lab/lint.js'
import {render} from '../../src/lab/render.js'
import {allReleases} from '../../src/model/releases/index.js'
import {ROOT, VERSION} from '../support/lab.js'
import {keptSettings, labFile, overlay, production, type FuzzedFile} from './inputs.js'

const MOST_MS = 10_000
const MOST_BYTES = 500 * 1024 * 1024
const SECRET = 'nobody may change this\n'

/** A folder with a neighbour that must stay as it is. */
class Playground {
  private constructor(readonly root: string) {}

  static async make(): Promise<Playground> {
    const it = new Playground(await mkdtemp(join(tmpdir(), 'apim-lab-fuzz-')))
    await mkdir(join(it.root, 'outside'))
    await writeFile(join(it.root, 'outside/secret'), SECRET)
    await mkdir(it.data, {recursive: true})
    return it
  }

  get work(): string {
    return join(this.root, 'work')
  }

  get data(): string {
    return join(this.root, 'data')
  }

  get context(): LabContext {
    return {
      version: VERSION,
      releases: allReleases(VERSION),
      data: new DataDirectory(this.data),
      templates: join(ROOT, 'templates'),
      cases: '',
      programs: join(ROOT, 'dist'),
      engine: () => Promise.reject(new LabError('engine-unreachable', 'No engine here.', {next: ['apim-lab doctor']})),
      reporter: {begin: () => undefined, on: () => undefined, end: () => undefined},
      signal: new AbortController().signal,
      processes,
      user: 'fuzz',
      environment: {},
    }
  }

  /** An empty working folder with these files, and with what is no file. */
  async begin(files: Readonly<Record<string, string>>): Promise<void> {
    await rm(this.work, {recursive: true, force: true})
    await mkdir(join(this.work, 'folder'), {recursive: true})
    execFileSync('mkfifo', [join(this.work, 'pipe')])
    await symlink('../outside/secret', join(this.work, 'link'))
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(this.work, path)), {recursive: true})
      await writeFile(join(this.work, path), text)
    }
  }

  /** Settings that the lab of this folder is said to have had. */
  async keep(text: string): Promise<void> {
    const folder = join(this.data, 'labs/apim')
    await rm(folder, {recursive: true, force: true})
    await mkdir(folder, {recursive: true, mode: 0o700})
    await writeFile(join(folder, 'settings.json'), text)
  }

  /** It ends in time, with a result or an error that a user can act on, takes no memory, and leaves all else alone. */
  async survives(work: () => Promise<unknown>): Promise<void> {
    const before = process.memoryUsage().rss
    const late = new AbortController()
    try {
      const end = await Promise.race([
        work().then(
          () => undefined,
          (error: unknown) => error,
        ),
        delay(MOST_MS, 'late', {signal: late.signal}),
      ])
      assert.notEqual(end, 'late', `took more than ${MOST_MS / 1000} s`)
      if (end !== undefined && !(end instanceof LabError))
        throw new Error('no error that a user can act on', {cause: end})
      // Where a line of a file is told, that is where to go on.
      if (end) assert.ok(end.next.length > 0 || /^\S+:\d+:\d+: /.test(end.message), `no next command: ${end.message}`)
    } finally {
      late.abort()
    }
    assert.ok(process.memoryUsage().rss - before < MOST_BYTES, 'took too much memory')
    assert.deepEqual((await readdir(this.root)).toSorted(), ['data', 'outside', 'work'])
    assert.deepEqual(await readdir(join(this.root, 'outside')), ['secret'])
    assert.equal(await readFile(join(this.root, 'outside/secret'), 'utf8'), SECRET)
  }

  remove(): Promise<void> {
    return rm(this.root, {recursive: true, force: true})
  }
}

const overlays = (text: string) => ({'overlay.toml': text, 'overlay.yaml': text})

const rendering = (at: Playground) => () =>
  render({flags: {}, workingDirectory: at.work, output: join(at.work, 'out')}, at.context)

type How = fc.Parameters<unknown>

/** What is fuzzed, by name. */
export const FUZZED = {
  'lab files and overlays': (at: Playground, how: How) =>
    fc.assert(
      fc.asyncProperty(labFile, overlay, async (text, toml) => {
        await at.begin({'apim-lab.yaml': text, ...overlays(toml)})
        await at.survives(rendering(at))
      }),
      how as fc.Parameters<[string, string]>,
    ),
  overlays: (at: Playground, how: How) =>
    fc.assert(
      fc.asyncProperty(overlay, async toml => {
        await at.begin({'apim-lab.yaml': 'release: 3.2.0\noverlay: overlay.toml\n', ...overlays(toml)})
        await at.survives(rendering(at))
      }),
      how as fc.Parameters<[string]>,
    ),
  'kept settings': (at: Playground, how: How) =>
    fc.assert(
      fc.asyncProperty(keptSettings, async text => {
        await at.begin({})
        await at.keep(text)
        await at.survives(rendering(at))
      }),
      how as fc.Parameters<[string]>,
    ),
  'files of production': (at: Playground, how: How) =>
    fc.assert(
      fc.asyncProperty(production, async files => {
        await at.begin(Object.fromEntries(files.map(({path, text}) => [`in/${path}`, text])))
        const paths = [join(at.work, 'in')]
        await at.survives(() => lint({paths, workingDirectory: at.work, flags: {}}, at.context))
        const into = {paths, workingDirectory: at.work, output: join(at.work, 'out'), keepSecrets: false}
        await at.survives(() => importFiles(into, at.context))
      }),
      how as fc.Parameters<[readonly FuzzedFile[]]>,
    ),
} as const

export type Fuzzed = keyof typeof FUZZED

/** Tries `runs` inputs that follow from the seed; throws with the smallest one that breaks a promise, and the seed. */
export async function fuzz(what: Fuzzed, {seed, runs}: {readonly seed: number; readonly runs: number}): Promise<void> {
  const at = await Playground.make()
  try {
    await FUZZED[what](at, {seed, numRuns: runs})
  } finally {
    await at.remove()
  }
}
